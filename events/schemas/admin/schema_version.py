"""Schema versions: drafts in an editor that says what they mean, and what was activated as a page to read."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString

from events.admin.audited import AuditedPages
from events.admin.base import user_of
from events.admin.json_field import StrictJSONForms
from events.admin.revisioned import RevisionedAdmin
from events.models import EventType, SchemaVersion
from events.schemas.admin.activation import activate_page, retire_page, unretire_page
from events.schemas.admin.address import number_in
from events.schemas.admin.difference import compare_page, difference_page
from events.schemas.admin.draft_form import DraftForm
from events.schemas.admin.drafting import check_page, choose_page, drafted, editor_context, initial_draft
from events.schemas.admin.history import LONG
from events.schemas.admin.merging import merge_page
from events.schemas.admin.version_page import overtaken_page, version_page
from events.schemas.admin.wording import first_line, verdict_word
from events.schemas.errors import StatusError
from events.schemas.registry.audited import SUBJECT
from events.schemas.registry.versions import delete_draft, save_draft

Status = SchemaVersion.Status
VERDICTS = ("compatible", "backward_compatible", "migration_required", "incompatible")


class VerdictFilter(admin.SimpleListFilter):
    title = "verdict"
    parameter_name = "verdict"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(verdict, verdict_word(verdict)) for verdict in VERDICTS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[SchemaVersion]) -> QuerySet[SchemaVersion]:
        return queryset.filter(verdict=self.value()) if self.value() in VERDICTS else queryset


@admin.register(SchemaVersion)
class SchemaVersionAdmin(AuditedPages, StrictJSONForms, RevisionedAdmin):
    form = DraftForm
    audit_subject = SUBJECT
    delete_row = staticmethod(delete_draft)
    undeletable = (StatusError,)
    fields = ("version", "ancestor", "policy", "draft", "migration_up", "migration_down", "note")
    list_display = ("shown_version", "shown_status", "shown_verdict", "made", "why")
    list_display_links = None
    list_filter = ("status", VerdictFilter, "event_type__category")
    search_fields = ("event_type__name", "version", "note")
    ordering = ("-pk",)
    sortable_by = ()
    list_per_page = 50
    change_form_template = "events/schemas/version/editor.html"
    warn_unsaved_form = True
    empty_note = (
        "There are no schema versions yet. Open an event type and write its first draft, or load a catalogue: "
        "manage.py load_catalogue"
    )

    class Media:
        css = {"all": ("controlplane/schemas.css",)}
        js = ("controlplane/schemas.js", "controlplane/schemas_steps.js")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Without the long texts, of which a list shows none."""
        vars(request)["listing"] = True
        return super().get_changelist_instance(request)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("event_type", "ancestor", "created_by", "activated_by")
        if "listing" in vars(request):
            return rows.defer(*LONG, *(f"ancestor__{name}" for name in LONG))
        return rows

    @admin.display(description="Version")
    def shown_version(self, version: SchemaVersion) -> SafeString:
        return render_to_string("events/schemas/version/name.html", {"version": version})

    @admin.display(description="Status")
    def shown_status(self, version: SchemaVersion) -> SafeString:
        return render_to_string("events/schemas/mark.html", {"state": version.status})

    @admin.display(description="Compared with its ancestor")
    def shown_verdict(self, version: SchemaVersion) -> SafeString:
        return render_to_string("events/schemas/version/verdict_cell.html", {"version": version})

    @admin.display(description="Made")
    def made(self, version: SchemaVersion) -> SafeString:
        return render_to_string("events/schemas/version/made.html", {"version": version})

    @admin.display(description="Why")
    def why(self, version: SchemaVersion) -> str:
        return first_line(version.activation_note or version.note)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if event_type_of(request) is None and self.has_add_permission(request):
            return choose_page(self, request)
        return self.changeform_view(request, None, form_url, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        version = self.get_object(request, object_id)
        if version is None or (version.status == Status.DRAFT and self.has_change_permission(request, version)):
            return self.changeform_view(request, object_id, form_url, extra_context)
        if request.method == "POST" and request.user.has_perm("events.change_schemaversion"):
            return overtaken_page(self, request, version)
        return version_page(self, request, version)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except StatusError:
            # It was activated since the look at its status: the answer is that to whoever comes a moment later.
            return overtaken_page(self, request, get_object_or_404(SchemaVersion, pk=object_id or 0))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.event_type = obj.event_type if obj else event_type_of(request)
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return initial_draft(request, event_type_of(request))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        context |= editor_context(request, context["adminform"].form)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: SchemaVersion, form: Any, change: bool) -> None:
        expected = form.cleaned_data["shown_revision"] if change else None
        save_draft(obj, form.cleaned_data["draft"], expected=expected, by=user_of(request))

    def response_add(
        self, request: HttpRequest, obj: SchemaVersion, post_url_continue: str | None = None
    ) -> HttpResponse:
        return drafted(request, obj)

    def response_change(self, request: HttpRequest, obj: SchemaVersion) -> HttpResponse:
        return drafted(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was activated stays as it is."""
        return super().has_change_permission(request, obj) and (obj is None or obj.status == Status.DRAFT)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.status == Status.DRAFT)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        doomed = list(objs)
        kept = [f"{one} was activated: it is retired, not deleted" for one in doomed if one.status != Status.DRAFT]
        needed = set() if self.has_delete_permission(request) else {"schema version"}
        return [str(one) for one in doomed], {"drafts": len(doomed)}, needed, kept

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        messages.success(request, f"The draft {obj_display} is deleted.")
        return redirect("admin:events_schemaversion_changelist")

    def get_urls(self) -> list[URLPattern]:
        def named(address: str, page: Any, name: str) -> URLPattern:
            def view(request: HttpRequest, **given: Any) -> HttpResponse:
                response: HttpResponse = page(self, request, **given)
                return response

            found: URLPattern = path(address, self.admin_site.admin_view(view), name=f"events_schemaversion_{name}")
            return found

        return [
            named("check/", check_page, "check"),
            named("merge/", merge_page, "merge"),
            named("difference/", compare_page, "compare"),
            named("difference/<int:old>/<int:new>/", difference_page, "difference"),
            named("<int:pk>/activate/", activate_page, "activate"),
            named("<int:pk>/retire/", retire_page, "retire"),
            named("<int:pk>/unretire/", unretire_page, "unretire"),
            *super().get_urls(),
        ]


def event_type_of(request: HttpRequest) -> EventType | None:
    """That of a new draft, named by the page's address."""
    pk = number_in(request.GET, "event_type")
    return EventType.objects.filter(pk=pk).first() if pk is not None else None
