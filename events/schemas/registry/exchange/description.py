"""What `type.json` says of an event type, its versions and its legacy types, read strictly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar, get_type_hints

from events.schemas.registry.exchange.files import FORMAT, FileError

T = TypeVar("T")
_JSON_TYPES: Mapping[Any, tuple[type, str]] = {
    str: (str, "must be a string"),
    bool: (bool, "must be true or false"),
    list: (list, "must be an array"),
}


@dataclass(frozen=True, slots=True)
class TypeDescription:
    """An event type."""

    name: str
    category: str = ""
    owner: str = ""
    description: str = ""
    criticality: str = "standard"
    allowed: bool = True
    blocked_reason: str = ""
    on_invalid: str = "refuse"
    data_version: str = "read"
    migrate: str = "never"


@dataclass(frozen=True, slots=True)
class VersionDescription:
    """A version; its schema is in a file of its own. An empty ancestor is none."""

    version: str
    status: str = "draft"
    ancestor: str = ""
    policy: str = "strict"
    migration_up: list = field(default_factory=list)  # type: ignore[type-arg]
    migration_down: list = field(default_factory=list)  # type: ignore[type-arg]
    note: str = ""
    activation_note: str = ""


@dataclass(frozen=True, slots=True)
class LegacyDescription:
    """A legacy type that is taken for a version of this type."""

    name: str
    version: str
    steps: list = field(default_factory=list)  # type: ignore[type-arg]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """All of a `type.json`, the versions in the order in which they were activated."""

    type: TypeDescription
    versions: Sequence[VersionDescription]
    legacy: Sequence[LegacyDescription]


def described(document: Any, place: str) -> Described:
    """Raises FileError with the place of the first thing that is wrong."""
    members = _object(document, place)
    if members.get("format") != FORMAT:
        raise FileError(f"{place}/format", f"must be {FORMAT}")
    apart = ("format", "versions", "legacy_types")
    return Described(
        _made(TypeDescription, {name: members[name] for name in members if name not in apart}, place),
        _each(VersionDescription, members.get("versions", []), f"{place}/versions"),
        _each(LegacyDescription, members.get("legacy_types", []), f"{place}/legacy_types"),
    )


def _each(kind: type[T], values: Any, place: str) -> list[T]:
    if not isinstance(values, list):
        raise FileError(place, "must be an array")
    return [_made(kind, _object(value, f"{place}/{index}"), f"{place}/{index}") for index, value in enumerate(values)]


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise FileError(place, "must be an object")
    return value


def _made(kind: type[T], members: Mapping[str, Any], place: str) -> T:
    types = get_type_hints(kind)
    if unknown := sorted(set(members) - set(types)):
        raise FileError(f"{place}/{unknown[0][:64]}", "unknown member")
    for name, value in members.items():
        expected, wrong = _JSON_TYPES[types[name]]
        if not isinstance(value, expected):
            raise FileError(f"{place}/{name}", wrong)
    required = [one.name for one in fields(kind)[: 2 if kind is LegacyDescription else 1]]  # type: ignore[arg-type]
    if missing := [name for name in required if name not in members]:
        raise FileError(f"{place}/{missing[0]}", "is required")
    return kind(**members)
