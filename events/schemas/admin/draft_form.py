"""The form of a draft: its schema as text, the number, what it is compared with, and migrations as steps."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.functional import cached_property
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from events.admin.revisioned import Described, RevisionedForm
from events.envelope.errors import EnvelopeError
from events.envelope.json_text import parse_json
from events.models import EventType, SchemaVersion
from events.problem import Problem
from events.schemas.admin.history import LONG
from events.schemas.admin.places import line_named, line_of, places

CODE = {
    "spellcheck": "false", "autocomplete": "off", "autocapitalize": "off", "autocorrect": "off",
    "style": "font-family: monospace",
}  # fmt: skip
EDITOR = {**CODE, "rows": 26, "wrap": "off", "aria-describedby": "id_draft_keys"}
SCHEMA = "/schema"


class AncestorField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, version: SchemaVersion) -> str:
        return f"{version.version} ({version.status})"


class DraftForm(RevisionedForm):
    version = forms.CharField(
        max_length=64,
        required=False,
        label="Number",
        help_text="SemVer. Left empty, the next that fits the verdict.",
        widget=UnfoldAdminTextInputWidget(attrs=CODE),
    )
    ancestor = AncestorField(
        SchemaVersion.objects.none(),
        required=False,
        label="Compared with",
        empty_label="the active version",
        help_text="Only what was compared with the active version can be activated.",
        widget=UnfoldAdminSelectWidget,
    )
    draft = forms.CharField(label="JSON Schema", strip=False, widget=UnfoldAdminTextareaWidget(attrs=EDITOR))
    event_type: ClassVar[EventType | None] = None
    """Whose version it is; a draft does not move to another type."""

    class Meta:
        model = SchemaVersion
        fields = ("version", "ancestor", "policy", "draft", "migration_up", "migration_down", "note")
        labels = {
            "migration_up": "Migration up",
            "migration_down": "Migration down",
            "note": "Why this version exists",
            "policy": "Policy",
        }
        help_texts = {
            "note": "",
            "migration_up": "Steps from the ancestor's data to this one's. Where they can be derived they need not be.",
        }
        widgets = {"note": UnfoldAdminTextareaWidget(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.event_type_id is None and self.event_type is not None:
            self.instance.event_type = self.event_type
        ancestor = self.fields["ancestor"]
        assert isinstance(ancestor, AncestorField)
        ancestor.queryset = ancestors(self.instance)
        for name in ("migration_up", "migration_down"):
            self.fields[name].widget.attrs.update({**CODE, "rows": 4, "data-sr-steps": ""})

    def described(self) -> Described:
        row = self.instance
        ancestor = row.ancestor
        return {
            "Number": row.version,
            "Compared with": ancestor.version if ancestor else "",
            "Policy": row.policy,
            "Schema": _summary(row.draft or ""),
            "Migration up": _steps(row.migration_up),
            "Migration down": _steps(row.migration_down),
            "Note": row.note,
        }

    def clean_draft(self) -> str:
        """Browsers send lines that end with CR LF."""
        text: str = self.cleaned_data["draft"]
        return text.replace("\r\n", "\n")

    def field_of(self, problem: Problem) -> str | None:
        return "draft" if (problem.place + "/").startswith(f"{SCHEMA}/") else super().field_of(problem)

    def words_for(self, problem: Problem) -> str:
        field = self.field_of(problem)
        if field is None:
            return super().words_for(problem)
        place = "/".join(problem.place.split("/")[2:])
        line = self.line(problem) if field == "draft" else None
        return ": ".join(filter(None, (f"line {line}" if line else "", place and f"/{place}", problem.message)))

    def line(self, problem: Problem) -> int | None:
        """The line of the schema's text that a problem is about."""
        return line_of(problem.place.removeprefix(SCHEMA), self.lines) or line_named(problem.message)

    @cached_property
    def lines(self) -> Mapping[str, int]:
        return lines_of(str(self["draft"].value() or ""))


def lines_of(text: str) -> Mapping[str, int]:
    """As `places`; nothing for a text that is no JSON."""
    try:
        parse_json(text.encode(errors="replace"))
    except EnvelopeError:
        return {}
    return places(text)


def ancestors(version: SchemaVersion) -> Any:
    """What it can be compared with: the versions of its type that were activated, newest first."""
    others = SchemaVersion.objects.filter(event_type=version.event_type_id).exclude(pk=version.pk)
    return others.exclude(status=SchemaVersion.Status.DRAFT).order_by("-pk").defer(*LONG)


def _summary(text: str) -> str:
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:8]
    return f"{text.count(chr(10)) + 1} lines ({digest})"


def _steps(steps: Any) -> str:
    return json.dumps(steps, ensure_ascii=False) if steps else ""
