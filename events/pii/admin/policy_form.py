"""The form of a policy."""

from typing import Any, cast

from django import forms
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from events.admin.revisioned import Described, RevisionedForm
from events.models import PiiPolicy
from events.pii.admin.fields import KindsField, PathsField, PathsWidget
from events.pii.admin.wording import BY_ENVIRONMENT, environments, path_text, worded
from events.pii.policies.policy import ACTIONS, EMPTY, ENVIRONMENTS, faults_of
from events.problem import Problem

_LINES = {"paths": "line", "kinds": "kind", "environments": "environment"}


class PolicyForm(RevisionedForm):
    environments = forms.MultipleChoiceField(
        choices=[(name, name) for name in ENVIRONMENTS],
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="None chosen: all of them, and whatever else an installation calls itself.",
    )
    default = forms.TypedChoiceField(
        choices=[("", BY_ENVIRONMENT), *((action, action) for action in reversed(ACTIONS))],
        required=False,
        empty_value=None,
        widget=UnfoldAdminSelectWidget,
        label="All other kinds",
        help_text="What is done about kinds that have no action of their own below.",
    )
    kinds = KindsField(required=False, label="Kinds")
    paths = PathsField(required=False, label="Places")

    class Meta:
        model = PiiPolicy
        fields = (
            "name", "enabled", "note", "priority", "type_pattern", "environments", "default", "kinds", "paths",
            "allow_test_values",
        )  # fmt: skip
        labels = {"type_pattern": "Types", "allow_test_values": "Known test values stay", "note": "Note"}
        help_texts = {"enabled": "Off: it is left out of the next set that is published."}

    def described(self) -> Described:
        row = self.instance
        return {
            "Name": row.name,
            "Enabled": "yes" if row.enabled else "no",
            "Note": row.note,
            "Priority": str(row.priority),
            "Types": row.type_pattern,
            "Environments": environments(row.environments),
            "All other kinds": row.default or BY_ENVIRONMENT,
            "Kinds": ", ".join(f"{worded(kind)}: {action}" for kind, action in sorted(row.kinds.items())),
            "Places": "; ".join(map(path_text, row.paths)),
            "Known test values stay": "yes" if row.allow_test_values else "no",
        }

    def clean(self) -> dict[str, Any]:
        """With what is wrong with the policy as a whole, so that all is said at once."""
        cleaned = super().clean()
        given = {name: cleaned[name] for name in EMPTY if name in cleaned}
        for place, message in faults_of({**EMPTY, **given}):
            problem = Problem(place, message)
            self._mark(problem)
            self.add_error(self.field_of(problem), self.words_for(problem))
        return cleaned

    def _mark(self, problem: Problem) -> None:
        """The row of a place that something is wrong with: it may stand far from where all is listed."""
        field, _, rest = problem.place.strip("/").partition("/")
        number, _, member = rest.partition("/")
        if field == "paths" and number.isdecimal():
            widget = cast(PathsWidget, self.fields["paths"].widget)
            widget.wrong.setdefault(int(number), []).append(": ".join(filter(None, (member, problem.message))))

    def words_for(self, problem: Problem) -> str:
        """With the row that it is about, for a form has no JSON Pointers."""
        field, _, rest = problem.place.strip("/").partition("/")
        if field not in _LINES or not rest:
            return super().words_for(problem)
        which, _, member = rest.partition("/")
        number = str(int(which) + 1) if which.isdecimal() else worded(which)
        return f"{_LINES[field]} {number}{member and f', {member}'}: {problem.message}"

    def clean_environments(self) -> Any:
        return list(self.cleaned_data["environments"])
