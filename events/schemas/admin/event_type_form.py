"""The form of an event type."""

from typing import Any

from unfold.widgets import UnfoldAdminTextareaWidget

from events.admin.revisioned import Described, RevisionedForm
from events.models import EventType

NAME_HELP = "The CloudEvents type, as producers send it: <code>com.foundry.oms.objecttype.created</code>."


class EventTypeForm(RevisionedForm):
    class Meta:
        model = EventType
        fields = (
            "name", "category", "owner", "criticality", "description", "allowed", "blocked_reason", "on_invalid",
            "data_version", "migrate",
        )  # fmt: skip
        help_texts = {
            "name": NAME_HELP,
            "category": "What it is about: the list can be narrowed by it.",
            "allowed": "Off: its events are refused, and producers are told the reason below.",
            "on_invalid": "What becomes of an event that does not fit its schema version.",
            "data_version": "What a member <code>version</code> of an event's data means.",
            "migrate": "Which events of earlier versions are made into ones of the active version as they arrive.",
        }
        widgets = {"description": UnfoldAdminTextareaWidget(attrs={"rows": 3})}

    def described(self) -> Described:
        row = self.instance
        return {
            "Type": row.name,
            "Category": row.category,
            "Owner": row.owner,
            "Criticality": row.get_criticality_display(),
            "Description": row.description,
            "Allowed": "yes" if row.allowed else "no",
            "Reason it is blocked": row.blocked_reason,
            "An event that does not fit": row.get_on_invalid_display(),
            "Member version of data": row.get_data_version_display(),
            "Migrated to the active version": row.get_migrate_display(),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("blocked_reason") and cleaned.get("allowed"):
            self.add_error("blocked_reason", "is told for a blocked type only: clear it, or block the type")
        return cleaned
