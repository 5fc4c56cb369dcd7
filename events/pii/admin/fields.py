"""Form fields of a policy: kinds as a table with an action each, places as rows. No JSON is typed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from events.pii.admin.wording import worded
from events.pii.detection.kinds import Kind
from events.pii.policies.policy import ACTIONS, KINDS, PATH_ACTIONS

FOUND, WHOLE = "found", "whole"
SPARE_ROWS = 1
GROUPS: Mapping[str, tuple[Kind, ...]] = {
    "Contact": (Kind.EMAIL, Kind.PHONE, Kind.PERSON_NAME, Kind.USER_NAME, Kind.ADDRESS, Kind.POSTAL_CODE),
    "Money": (Kind.CREDIT_CARD, Kind.CARD_SECURITY, Kind.IBAN, Kind.BANK_ACCOUNT, Kind.SALARY),
    "Papers": (Kind.US_SSN, Kind.NATIONAL_ID, Kind.TAX_ID, Kind.PASSPORT, Kind.DRIVING_LICENCE),
    "About a person": (Kind.DATE_OF_BIRTH, Kind.GENDER, Kind.NATIONALITY, Kind.SPECIAL_CATEGORY),
    "Network": (Kind.IPV4, Kind.IPV6, Kind.MAC),
    "Secrets": (
        Kind.CREDENTIAL, Kind.API_TOKEN, Kind.AWS_ACCESS_KEY, Kind.AWS_SECRET_KEY, Kind.JWT, Kind.PRIVATE_KEY,
        Kind.URL_CREDENTIALS,
    ),
}  # fmt: skip


class KindsWidget(forms.Widget):
    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = value if isinstance(value, Mapping) else {}
        groups = [(title, [_row(name, kind, chosen) for kind in kinds]) for title, kinds in _grouped()]
        return render_to_string("events/pii/policy/kinds.html", {"groups": groups, "actions": ACTIONS[::-1]})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        chosen = {kind: data.get(f"{name}-{kind}", "") for kind in KINDS}
        return {kind: action for kind, action in chosen.items() if action}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class KindsField(forms.Field):
    """`{kind: action}`; kinds without an action are left out."""

    widget = KindsWidget

    def clean(self, value: Any) -> dict[str, str]:
        return dict(value or {})


class PathsWidget(forms.Widget):
    """Rows whose fields have the same names, in their order: so a row can be added, and one can be taken away.

    `wrong` says what is wrong with some of them, by their position.
    """

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs)
        self.wrong: dict[int, list[str]] = {}

    def __deepcopy__(self, memo: Any) -> "PathsWidget":
        """Of each form its own."""
        copied: PathsWidget = super().__deepcopy__(memo)
        copied.wrong = {}
        return copied

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        rows = [*(value or []), *({"path": "", "action": ACTIONS[-2]} for _ in range(SPARE_ROWS))]
        context = {
            "name": name, "rows": [(row, self.wrong.get(index, ())) for index, row in enumerate(rows)],
            "kinds": [(kind, worded(kind)) for kind in KINDS], "found": FOUND, "whole": WHOLE,
            "actions": PATH_ACTIONS[::-1],
        }  # fmt: skip
        return render_to_string("events/pii/policy/paths.html", context)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        columns = [_listed(data, f"{name}-{part}") for part in ("path", "extent", "kind", "action")]
        return [
            {"path": path, "action": action, "kind": kind or None, "whole": extent == WHOLE}
            for path, extent, kind, action in zip(*columns, strict=False)
            if path
        ]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class PathsField(forms.Field):
    """The lines of a policy, in the order they are shown; a row without a path is left out."""

    widget = PathsWidget

    def clean(self, value: Any) -> list[Any]:
        return list(value or [])


def _grouped() -> Iterator[tuple[str, Sequence[str]]]:
    """All kinds there are, also those that came after the groups."""
    yield from GROUPS.items()
    known = {kind for kinds in GROUPS.values() for kind in kinds}
    if others := [kind for kind in Kind if kind not in known]:
        yield "Other", others


def _row(name: str, kind: str, chosen: Mapping[str, str]) -> tuple[str, str, str]:
    return f"{name}-{kind}", worded(kind), chosen.get(kind, "")


def _listed(data: Any, name: str) -> list[str]:
    found = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
    return [text.strip() for text in found]
