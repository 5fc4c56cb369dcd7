"""Event types: what is known of what may come in, and on each one's page its versions as a line of history."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from events.admin.audited import AuditedPages
from events.admin.base import user_of
from events.admin.revisioned import RevisionedAdmin
from events.models import EventType, LegacyType, SchemaVersion
from events.schemas.admin.event_type_form import EventTypeForm
from events.schemas.admin.history import LONG, read_history
from events.schemas.errors import TypeInUseError
from events.schemas.registry.types import SUBJECT, delete_type, save_type

Status = SchemaVersion.Status
LISTED = SchemaVersion.objects.filter(status__in=(Status.ACTIVE, Status.DRAFT)).only(
    "pk", "version", "status", "event_type_id"
)
TAKEN = ("allowed", "blocked_reason", "on_invalid", "data_version", "migrate")
EMPTY = (
    "There are no event types yet, so nothing is known of what may come in. Add one, or load the 58 types of an "
    "Ontology Management System, with their schemas: manage.py load_catalogue"
)


class VersionsFilter(admin.SimpleListFilter):
    title = "versions"
    parameter_name = "versions"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("none", "No active version"), ("active", "An active version"), ("drafts", "Drafts waiting")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[EventType]) -> QuerySet[EventType]:
        active = SchemaVersion.objects.filter(status=Status.ACTIVE).values("event_type")
        drafts = SchemaVersion.objects.filter(status=Status.DRAFT).values("event_type")
        match self.value():
            case "none":
                return queryset.exclude(pk__in=active)
            case "active":
                return queryset.filter(pk__in=active)
            case "drafts":
                return queryset.filter(pk__in=drafts)
        return queryset


@admin.register(EventType)
class EventTypeAdmin(AuditedPages, RevisionedAdmin):
    form = EventTypeForm
    audit_subject = SUBJECT
    delete_row = staticmethod(delete_type)
    undeletable = (TypeInUseError,)
    list_display = ("shown_name", "category", "owner", "shown_criticality", "taken", "active", "drafts")
    list_display_links = None
    list_filter = ("category", "criticality", "allowed", VersionsFilter)
    search_fields = ("name", "category", "owner", "description")
    ordering = ("name",)
    list_per_page = 100
    fieldsets = (
        (None, {"fields": ("name", "description", "category", "owner", "criticality")}),
        (
            "How its events are taken",
            {"fields": ("allowed", "blocked_reason", "on_invalid", "data_version", "migrate")},
        ),
    )
    change_form_outer_before_template = "events/schemas/type/history.html"
    warn_unsaved_form = True
    empty_note = EMPTY

    class Media:
        css = {"all": ("controlplane/schemas.css",)}

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related(Prefetch("versions", LISTED, to_attr="listed"))

    @admin.display(description="Type", ordering="name")
    def shown_name(self, row: EventType) -> SafeString:
        return render_to_string("events/schemas/type/name.html", {"row": row})

    @admin.display(description="Criticality", ordering="criticality")
    def shown_criticality(self, row: EventType) -> SafeString | str:
        return _mark(row.criticality) if row.criticality == EventType.Criticality.CRITICAL else row.criticality

    @admin.display(description="Events", ordering="allowed")
    def taken(self, row: EventType) -> SafeString | str:
        return "allowed" if row.allowed else _mark("blocked")

    @admin.display(description="Active version")
    def active(self, row: EventType) -> SafeString:
        listed = [one for one in vars(row)["listed"] if one.status == Status.ACTIVE]
        return render_to_string("events/schemas/type/active.html", {"version": listed[0] if listed else None})

    @admin.display(description="Drafts")
    def drafts(self, row: EventType) -> SafeString:
        waiting = [one for one in vars(row)["listed"] if one.status == Status.DRAFT]
        return render_to_string("events/schemas/type/drafts.html", {"row": row, "drafts": waiting})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        extra = {**(_history(request, row) if row else {}), **(extra_context or {})}
        return self.changeform_view(request, object_id, form_url, extra)

    def save_model(self, request: HttpRequest, obj: EventType, form: Any, change: bool) -> None:
        expected = form.cleaned_data["shown_revision"] if change else None
        save_type(obj, expected=expected, by=user_of(request))

    def response_add(self, request: HttpRequest, obj: EventType, post_url_continue: str | None = None) -> HttpResponse:
        """To its page, where its first version is begun."""
        messages.success(request, f"{obj} is known now. Its events are taken without a schema until it has a version.")
        return redirect("admin:events_eventtype_change", obj.pk)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """A type goes with its drafts; one that has more is kept, and blocked instead."""
        doomed = list(objs)
        kept = SchemaVersion.objects.filter(event_type__in=doomed).exclude(status=Status.DRAFT).defer(*LONG)
        reasons = [f"{one} was activated: block the type instead" for one in kept.select_related("event_type")]
        drafts = SchemaVersion.objects.filter(event_type__in=doomed, status=Status.DRAFT).count()
        needed = set() if self.has_delete_permission(request) else {"event type"}
        return [str(one) for one in doomed], {"event types": len(doomed), "drafts": drafts}, needed, reasons


def _history(request: HttpRequest, row: EventType) -> dict[str, Any]:
    may = request.user.has_perm
    sees = may("events.view_schemaversion") or may("events.change_schemaversion")
    legacy = LegacyType.objects.filter(version__event_type=row).select_related("version").defer("steps")
    return {
        "history": read_history(row) if sees else None,
        "legacy_types": legacy.order_by("name") if may("events.view_legacytype") else None,
        "may_draft": may("events.add_schemaversion"),
        "may_edit": may("events.change_schemaversion"),
        "may_activate": may("events.activate_schemaversion"),
        "may_map": may("events.add_legacytype"),
    }


def _mark(state: str) -> SafeString:
    return render_to_string("events/schemas/mark.html", {"state": state})
