"""What is merged: three schemas, each a version of a type or a pasted text."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from events.admin.shown import indented
from events.models import EventType, SchemaVersion
from events.schemas.admin.draft_form import CODE
from events.schemas.admin.history import LONG
from events.schemas.documents.document import parse_schema_text
from events.schemas.documents.errors import SchemaError
from events.schemas.registry.read import schema_text

SIDES: Mapping[str, str] = {"base": "Base", "ours": "Ours", "theirs": "Theirs"}
ASKS: Mapping[str, str] = {
    "base": "What both descend from.",
    "ours": "One branch.",
    "theirs": "The other branch.",
}


@dataclass(frozen=True, slots=True)
class Branch:
    """One of the three."""

    title: str
    text: str
    schema: Any


class VersionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, version: SchemaVersion) -> str:
        return f"{version.version} ({version.status})"


class MergeForm(forms.Form):
    """Fields `base_version`, `base_text` and so on; `branches` are there once it is valid."""

    def __init__(self, event_type: EventType | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.branches: dict[str, Branch] = {}
        for side, label in SIDES.items():
            if event_type is not None:
                self.fields[f"{side}_version"] = VersionField(
                    event_type.versions.order_by("-pk").defer(*(set(LONG) - {"draft"})),
                    required=False, label=f"{label}: version", help_text=ASKS[side], empty_label="pasted text",
                    widget=UnfoldAdminSelectWidget,
                )  # fmt: skip
            self.fields[f"{side}_text"] = forms.CharField(
                required=False, strip=False, label=f"{label}: its text",
                widget=UnfoldAdminTextareaWidget(attrs={**CODE, "rows": 8, "wrap": "off"}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for side in SIDES:
            self._read(side, cleaned.get(f"{side}_version"), cleaned.get(f"{side}_text", ""))
        return cleaned

    def sides(self) -> list[tuple[str, Any, Any]]:
        """For each of the three its name, its field of versions, None without a type, and its field of text."""
        return [
            (label, self[f"{side}_version"] if f"{side}_version" in self.fields else None, self[f"{side}_text"])
            for side, label in SIDES.items()
        ]

    def _read(self, side: str, version: SchemaVersion | None, typed: str) -> None:
        text = schema_text(version) if version else typed.replace("\r\n", "\n")
        field = f"{side}_text" if version is None else f"{side}_version"
        if not text.strip():
            chooses = f"{side}_version" in self.fields
            self.add_error(field, "Choose a version, or paste a schema." if chooses else "Paste a schema.")
            return
        try:
            document = parse_schema_text(text)
        except SchemaError as error:
            messages = [": ".join(filter(None, problem)) for problem in error.problems]
            self.add_error(field, messages)
        else:
            title = f"{SIDES[side]}: {version.version}" if version else SIDES[side]
            self.branches[side] = Branch(title, indented(text), document.schema)


def first_choice(event_type: EventType, given: Mapping[str, str]) -> dict[str, Any]:
    """What the address names; else the active version and the newest draft, on what that descends from."""
    named = {f"{side}_version": given[side] for side in SIDES if given.get(side, "").isdigit()}
    rows = event_type.versions.order_by("-pk").only("pk", "status", "ancestor_id")
    drafts = [one for one in rows if one.status == SchemaVersion.Status.DRAFT]
    active = next((one.pk for one in rows if one.status == SchemaVersion.Status.ACTIVE), None)
    theirs = drafts[0] if drafts else None
    base = theirs.ancestor_id if theirs else None
    others = [active, *(one.pk for one in drafts[1:])]
    ours = next((pk for pk in others if pk is not None and pk != base), None)
    return {"base_version": base, "ours_version": ours, "theirs_version": theirs.pk if theirs else None, **named}


def compact(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:299]}…"
