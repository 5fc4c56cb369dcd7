"""Legacy types: what producers used to send, and the version of today's type that it is taken for."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminSelectWidget

from events.admin.audited import AuditedPages
from events.admin.base import user_of
from events.admin.json_field import StrictJSONForms
from events.admin.revisioned import Described, RevisionedAdmin, RevisionedForm
from events.models import LegacyType, SchemaVersion
from events.problem import Problem
from events.schemas.admin.address import number_in
from events.schemas.admin.draft_form import CODE
from events.schemas.admin.findings import steps_text
from events.schemas.admin.history import LONG
from events.schemas.registry.legacy import SUBJECT, delete_legacy, save_legacy

EMPTY = (
    "There are no legacy types: events are taken by their own type only. Map one when producers still send a type "
    "that has another name today."
)
ACTIVATED = SchemaVersion.objects.exclude(status=SchemaVersion.Status.DRAFT).select_related("event_type")


class VersionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, version: SchemaVersion) -> str:
        return f"{version.event_type.name} {version.version} ({version.status})"


class LegacyTypeForm(RevisionedForm):
    version = VersionField(
        ACTIVATED.order_by("event_type__name", "-pk").defer(*LONG),
        label="Taken for",
        help_text="What its data is after the steps. From there it is migrated to the active version.",
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = LegacyType
        fields = ("name", "version", "steps", "note")
        labels = {"name": "Legacy type", "steps": "Steps"}
        help_texts = {"steps": "A migration of its data; none where only the name has changed."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "steps" in self.fields:
            self.fields["steps"].widget.attrs.update({**CODE, "rows": 4, "data-sr-steps": ""})

    def described(self) -> Described:
        row = self.instance
        return {
            "Legacy type": row.name,
            "Taken for": str(row.version),
            "Steps": steps_text(row.steps),
            "Note": row.note,
        }

    def words_for(self, problem: Problem) -> str:
        """With the place within the steps."""
        _, _, place = problem.place.strip("/").partition("/")
        said = super().words_for(problem)
        return f"/{place}: {said}" if place and self.field_of(problem) else said


@admin.register(LegacyType)
class LegacyTypeAdmin(AuditedPages, StrictJSONForms, RevisionedAdmin):
    form = LegacyTypeForm
    audit_subject = SUBJECT
    delete_row = staticmethod(delete_legacy)
    fields = ("name", "version", "steps", "note")
    list_display = ("name", "taken_for", "shown_steps", "note")
    list_display_links = ("name",)
    list_filter = ("version__event_type__category",)
    list_select_related = ("version__event_type",)
    search_fields = ("name", "note", "version__event_type__name")
    ordering = ("name",)
    warn_unsaved_form = True
    empty_note = EMPTY

    class Media:
        css = {"all": ("controlplane/schemas.css",)}
        js = ("controlplane/schemas_steps.js",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer(*(f"version__{name}" for name in LONG))

    @admin.display(description="Taken for", ordering="version__event_type__name")
    def taken_for(self, legacy: LegacyType) -> SafeString:
        return render_to_string("events/schemas/legacy/taken_for.html", {"version": legacy.version})

    @admin.display(description="Steps")
    def shown_steps(self, legacy: LegacyType) -> int | str:
        return len(legacy.steps) or "none"

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """From the page of a type: its active version."""
        of_type = SchemaVersion.objects.filter(event_type_id=number_in(request.GET, "event_type") or 0)
        return {"version": of_type.filter(status=SchemaVersion.Status.ACTIVE).values_list("pk", flat=True).first()}

    def save_model(self, request: HttpRequest, obj: LegacyType, form: Any, change: bool) -> None:
        expected = form.cleaned_data["shown_revision"] if change else None
        save_legacy(obj, expected=expected, by=user_of(request))
