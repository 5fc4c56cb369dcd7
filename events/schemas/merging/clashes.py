"""Keywords that each side could live with, and nothing can with both together."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from events.schemas.merging.kinds import Kind
from events.schemas.merging.three import Conflicts, Place, Three
from events.schemas.merging.values import ABSENT, content_key

Json = Any
Schema = dict[str, Json]


class Group(NamedTuple):
    """Keywords that are kept together."""

    kind: Kind
    keywords: tuple[str, ...]


GROUPS = (
    Group(Kind.NUMBERS_CROSSED, ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")),
    Group(Kind.LENGTHS_CROSSED, ("minLength", "maxLength")),
    Group(Kind.ITEMS_CROSSED, ("minItems", "maxItems")),
    Group(Kind.CONTAINS_CROSSED, ("minContains", "maxContains")),
    Group(Kind.PROPERTIES_CROSSED, ("minProperties", "maxProperties")),
    Group(Kind.VALUES_DISJOINT, ("type", "enum", "const")),
)
TYPES: dict[type, str] = {bool: "boolean", dict: "object", list: "array", str: "string", type(None): "null"}


def settle_clashes(place: Place, merged: Schema, three: Three, conflicts: Conflicts) -> None:
    """Put back what ours has of each group in which only the merged schema contradicts itself."""
    for group in GROUPS:
        if _clashes(group, merged) and not _clashes(group, three.ours) and not _clashes(group, three.theirs):
            sides = three.among(group.keywords)
            conflicts.keep_ours(place.path, group.kind, sides)
            for keyword in group.keywords:
                merged.pop(keyword, None)
            merged.update(sides.ours)


def settle_required(place: Place, merged: Schema, three: Three, conflicts: Conflicts) -> None:
    """What one side requires and the other removed, both as a property and as required."""
    properties = three.member("properties")
    in_question = {
        name: properties.member(name)
        for name in merged.get("required", ())
        if properties.member(name).base is not ABSENT and _gave_up(name, three.ours) != _gave_up(name, three.theirs)
    }
    if not in_question:
        return
    for name, sides in in_question.items():
        conflicts.keep_ours(place.under("properties").under(name).path, Kind.REQUIRED_REMOVED, sides)
    kept = {name: sides.ours for name, sides in in_question.items() if sides.ours is not ABSENT}
    dropped = in_question.keys() - kept.keys()
    merged["properties"] = {**merged.get("properties", {}), **kept}
    merged["required"] = [name for name in merged["required"] if name not in dropped]


def _gave_up(name: str, schema: Schema) -> bool:
    return name not in schema.get("properties", {}) and name not in schema.get("required", ())


def _clashes(group: Group, schema: Schema) -> bool:
    if group.kind is Kind.VALUES_DISJOINT:
        return _no_value(schema)
    numbers = {name: schema[name] for name in group.keywords if isinstance(schema.get(name), int | float)}
    return any(_crossed(numbers, low, high) for low, high in _pairs(group.keywords))


def _pairs(keywords: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    half = len(keywords) // 2
    return ((low, high) for low in keywords[:half] for high in keywords[half:])


def _crossed(numbers: dict[str, float], low: str, high: str) -> bool:
    if low not in numbers or high not in numbers:
        return False
    if "exclusive" in low or "exclusive" in high:
        return numbers[low] >= numbers[high]
    return numbers[low] > numbers[high]


def _no_value(schema: Schema) -> bool:
    """Whether constant, values and type leave nothing in common."""
    values = schema.get("enum")
    if "const" in schema:
        allowed = [schema["const"]]
        if isinstance(values, list) and content_key(schema["const"]) not in map(content_key, values):
            return True
    elif isinstance(values, list) and values:
        allowed = values
    else:
        return False
    return "type" in schema and not any(_is_of(schema["type"], value) for value in allowed)


def _is_of(types: Json, value: Json) -> bool:
    names = [types] if isinstance(types, str) else types
    name = TYPES.get(type(value))
    if name is not None:
        return name in names
    return "number" in names or ("integer" in names and float(value).is_integer())
