"""Schemas for merging, written and generated."""

from typing import Any

from hypothesis import strategies as st

from events.schemas.merging.conflict import Merge
from events.schemas.merging.values import content_key

Json = Any
STRING, INTEGER, NUMBER = {"type": "string"}, {"type": "integer"}, {"type": "number"}
UNORDERED = ("type", "enum", "required", "allOf", "anyOf", "oneOf", "examples")


def an_object(**properties: Json) -> dict[str, Json]:
    return {"type": "object", "properties": properties}


def found(merge: Merge) -> set[tuple[str, str, str]]:
    return {(conflict.path, conflict.kind.value, conflict.severity.value) for conflict in merge.conflicts}


def unordered(value: Json) -> str:
    """The content of a schema without the order of arrays in which it says nothing."""
    return content_key(_sorted(value))


def _sorted(value: Json) -> Json:
    if isinstance(value, list):
        names = all(isinstance(element, str) for element in value)
        return sorted(value) if names else [_sorted(element) for element in value]
    if not isinstance(value, dict):
        return value
    return {name: _by_content(member) if name in UNORDERED else _sorted(member) for name, member in value.items()}


def _by_content(member: Json) -> Json:
    return sorted(map(_sorted, member), key=content_key) if isinstance(member, list) else _sorted(member)


NAMES = st.sampled_from("abc")
TYPES = st.sampled_from(["string", "integer", "number", "object", "null", "boolean"])
SMALL = st.integers(0, 5)
VALUES = st.sampled_from([0, 1, True, "x", "y", None])


def _keywords(schemas: st.SearchStrategy[Json]) -> dict[str, st.SearchStrategy[Json]]:
    by_name = st.dictionaries(NAMES, schemas, max_size=3)
    some = st.lists(schemas, min_size=1, max_size=3)
    references = st.sampled_from(["#", "#/$defs/a", "#/$defs/b", "#/properties/a"])
    return {
        "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
        "enum": st.lists(VALUES, min_size=1, max_size=3),
        "const": VALUES,
        "description": st.sampled_from("xyz"),
        "examples": st.lists(VALUES, max_size=2),
        "required": st.lists(NAMES, max_size=3, unique=True),
        "properties": by_name,
        "patternProperties": st.dictionaries(st.sampled_from(["^a", "b$"]), schemas, max_size=2),
        "additionalProperties": schemas,
        "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, unique=True, max_size=2), max_size=2),
        "items": schemas,
        "contains": schemas,
        "not": schemas,
        "if": schemas,
        "then": schemas,
        "pattern": st.sampled_from(["^x", "y$"]),
        "multipleOf": st.sampled_from([1, 2, 3, 6, 0.5]),
        "uniqueItems": st.booleans(),
        "$ref": references,
        **dict.fromkeys(("minimum", "maximum", "exclusiveMaximum", "minLength", "maxLength", "maxContains"), SMALL),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), some),
    }


def _schema(schemas: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    keywords = _keywords(schemas)
    chosen = st.lists(st.sampled_from(sorted(keywords)), max_size=4, unique=True)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({name: keywords[name] for name in names}))


SCHEMAS: st.SearchStrategy[Json] = st.recursive(st.booleans() | st.just({}), _schema, max_leaves=6)


@st.composite
def documents(draw: st.DrawFn) -> Json:
    """A valid schema with definitions, as long as references are only to those and to the properties."""
    root = draw(_schema(SCHEMAS))
    properties = {"a": True, **root.get("properties", {})}
    return {**root, "$defs": {"a": draw(SCHEMAS), "b": draw(SCHEMAS)}, "properties": properties}


@st.composite
def edited(draw: st.DrawFn, schema: Json) -> Json:
    """The schema with some of its parts changed, added and removed; references may lose their target."""
    if not isinstance(schema, dict) or draw(st.integers(0, 9)) == 0:
        return draw(SCHEMAS)
    keywords = _keywords(SCHEMAS)
    result = {name: draw(_edited_member(name, value, keywords)) for name, value in schema.items()}
    for name in draw(st.lists(st.sampled_from(sorted(keywords)), max_size=2)):
        result[name] = draw(keywords[name])
    for name in draw(st.lists(st.sampled_from(sorted(schema) or ["type"]), max_size=1)):
        result.pop(name, None)
    return result


def _edited_member(name: str, value: Json, keywords: dict[str, st.SearchStrategy[Json]]) -> st.SearchStrategy[Json]:
    if name in ("properties", "$defs"):
        return st.fixed_dictionaries({key: edited(member) for key, member in value.items()})
    if name in ("not", "items", "additionalProperties"):
        return edited(value)
    return st.just(value) | keywords[name]
