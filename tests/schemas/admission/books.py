"""Rulebooks for tests, of real schemas."""

from collections.abc import Mapping, Sequence
from typing import Any

from events.schemas.admission.decision import Admission
from events.schemas.admission.rulebook import Judge, KnownLegacy, KnownType, KnownVersion, Rulebook, Steps
from events.schemas.documents.document import parse_schema
from events.schemas.documents.validator import compile_validator

TYPE = "com.example.created"
NAMED = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}


class Renamed:
    """A migration that calls a member otherwise."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new

    def apply(self, data: Any) -> Any:
        return {self.new if name == self.old else name: value for name, value in data.items()}


def version(number: str, status: str = "active", schema: Any = NAMED) -> tuple[KnownVersion, Any]:
    key = sum(int(part) * 100**place for place, part in enumerate(reversed(number.split("."))))
    deprecated_at = 1_700_000_000.0 if status == "deprecated" else None
    as_is = Admission(key=key, version=number, status=status, deprecated_at=deprecated_at)
    return KnownVersion(key=key, number=number, status=status, root=f"root of {number}", as_is=as_is), schema


def book(
    *versions: tuple[KnownVersion, Any],
    ways: Mapping[str, Sequence[Steps]] | None = None,
    legacy: Mapping[str, tuple[str, Steps]] | None = None,
    refuses_unknown: bool = True,
    **type_options: Any,
) -> Rulebook:
    """One type with these versions."""
    known = {one.number: one for one, _ in versions}
    active = next((one for one in known.values() if one.status == "active"), None)
    options: dict[str, Any] = {
        "name": TYPE, "allowed": True, "blocked_reason": "", "refuses_invalid": True, "reads_data_version": True,
        "stamps_data_version": False, "migrates": frozenset(), "versions": known, "active": active,
        "ways": ways or {},
    } | type_options  # fmt: skip
    today = KnownType(**options)
    judges: dict[str, Judge] = {one.root: compile_validator(parse_schema(schema)) for one, schema in versions}
    former = {name: KnownLegacy(name, today, known[number], steps) for name, (number, steps) in (legacy or {}).items()}
    return Rulebook(1, {TYPE: today}, former, judges.__getitem__, refuses_unknown)
