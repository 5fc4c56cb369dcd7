"""Which changes are noted, where, and how grave."""

# One difference a line.
# ruff: noqa: E501

from typing import Any

import pytest

from events.schemas.compatibility.compare import compare
from events.schemas.compatibility.comparison import Severity

Json = Any
STRING = {"type": "string"}


def changes(old: Json, new: Json) -> list[tuple[str, str, str]]:
    found = compare(old, new, derivable=lambda *_: False).changes
    return [(change.path, change.kind, change.severity.value) for change in found]


def members(**schemas: Json) -> Json:
    return {"type": "object", "properties": schemas}


@pytest.mark.parametrize(
    ("old", "new", "noted"),
    [
        (STRING, {"type": ["string", "null"]}, ("/type", "type_widened", "WARN")),
        ({"type": ["string", "null"]}, STRING, ("/type", "type_narrowed", "BLOCK")),
        (STRING, {"type": "integer"}, ("/type", "type_changed", "BLOCK")),
        ({"type": "integer"}, {"type": "number"}, ("/type", "type_widened", "WARN")),
        ({"enum": [1, 2]}, {"enum": [1]}, ("/enum", "enum_values_removed", "BLOCK")),
        ({"enum": [1]}, {"enum": [1, 2]}, ("/enum", "enum_values_added", "WARN")),
        (STRING, {**STRING, "enum": ["a"]}, ("/enum", "enum_added", "BLOCK")),
        ({"const": 1}, {}, ("/const", "const_removed", "WARN")),
        ({"maximum": 5}, {"maximum": 4}, ("/maximum", "bound_tightened", "BLOCK")),
        ({"maxLength": 5}, {}, ("/maxLength", "bound_loosened", "WARN")),
        ({"minimum": 5}, {"minimum": 4}, ("/minimum", "bound_loosened", "WARN")),
        (STRING, {**STRING, "pattern": "^a"}, ("/pattern", "pattern_added", "BLOCK")),
        ({"pattern": "^a"}, {"pattern": "^ab"}, ("/pattern", "pattern_changed", "BLOCK")),
        ({"pattern": "^[ab]$"}, {"pattern": "^(a|b)$"}, ("/pattern", "pattern_changed", "INFO")),
        ({"format": "date"}, {}, ("/format", "format_removed", "WARN")),
        ({"multipleOf": 4}, {"multipleOf": 2}, ("/multipleOf", "multiple_of_changed", "WARN")),
        (STRING, {**STRING, "description": "A name."}, ("/description", "annotation_changed", "INFO")),
        (members(a=STRING), {**members(a=STRING), "required": ["a"]}, ("/required", "property_became_required", "BLOCK")),
        ({**members(a=STRING), "required": ["a"]}, members(a=STRING), ("/required", "property_became_optional", "WARN")),
        (members(), members(a=STRING), ("/properties/a", "property_added", "BLOCK")),
        (members(a=STRING), members(), ("/properties/a", "property_removed", "WARN")),
        (members(), {**members(a=STRING), "required": ["a"]}, ("/properties/a", "required_property_added", "BLOCK")),
        (members(), {**members(), "additionalProperties": False}, ("/additionalProperties", "additional_properties_closed", "BLOCK")),
        ({**members(), "additionalProperties": False}, members(), ("/additionalProperties", "additional_properties_opened", "WARN")),
        ({"patternProperties": {"^a": STRING}}, {}, ("/patternProperties", "pattern_properties_changed", "WARN")),
        ({"items": STRING}, {"items": {}}, ("/items/type", "type_widened", "WARN")),
        ({"prefixItems": [STRING]}, {"prefixItems": [STRING, STRING]}, ("/prefixItems", "tuple_changed", "BLOCK")),
        ({}, {"uniqueItems": True}, ("/uniqueItems", "unique_items_added", "BLOCK")),
        ({"anyOf": [STRING]}, {"anyOf": [STRING, {"type": "null"}]}, ("/anyOf", "any_of_changed", "WARN")),
        ({"not": {"minimum": 3}}, {"not": {"minimum": 4}}, ("/not/minimum", "bound_tightened", "WARN")),
        ({"if": STRING, "then": {"maxLength": 3}}, {"if": STRING, "then": {"maxLength": 4}}, ("/then", "condition_changed", "WARN")),
        ({"contains": STRING}, {}, ("/contains", "contains_changed", "WARN")),
        (members(a=True), members(a=False), ("/properties/a", "schema_replaced", "BLOCK")),
    ],
)  # fmt: skip
def test_a_difference_is_noted_where_it_is(old: Json, new: Json, noted: tuple[str, str, str]) -> None:
    assert noted in changes(old, new)


def test_it_follows_references() -> None:
    old = {"properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"maxLength": 5}}}
    new = {"properties": {"a": {"$ref": "#/$defs/b"}}, "$defs": {"b": {"maxLength": 4}}}

    assert changes(old, new) == [("/properties/a/maxLength", "bound_tightened", "BLOCK")]


def test_it_ends_where_a_schema_refers_to_itself() -> None:
    old = {"properties": {"next": {"$ref": "#"}, "value": {"type": "integer"}}}
    new = {"properties": {"next": {"$ref": "#"}, "value": {"type": "number"}}}

    assert changes(old, new) == [("/properties/value/type", "type_widened", "WARN")]


def test_a_narrowing_that_hurts_nobody_is_information() -> None:
    old = {"type": "object", "properties": {"a": {"maxLength": 3}}, "required": ["a"], "maxProperties": 0}
    new = {"type": "object", "properties": {"a": {"maxLength": 2}}, "required": ["a"], "maxProperties": 0}

    assert changes(old, new) == [("/properties/a/maxLength", "bound_tightened", "INFO")]


def test_it_says_so_when_no_single_difference_tells() -> None:
    old, new = {"anyOf": [{"minimum": 3}, {"maximum": 5}]}, {"$ref": "#/$defs/a", "$defs": {"a": {"type": "null"}}}

    severities = {severity for _, _, severity in changes(old, new)}

    assert Severity.BLOCK.value in severities


def test_a_member_is_pointed_to_by_a_json_pointer() -> None:
    old, new = members(**{"a/b~c": {"maxLength": 3}}), members(**{"a/b~c": {"maxLength": 2}})

    assert changes(old, new)[0][0] == "/properties/a~1b~0c/maxLength"


def test_it_says_who_is_hurt() -> None:
    found = compare(members(), {**members(id=STRING), "required": ["id"]}, derivable=lambda *_: False).changes

    assert [change.sentence for change in found] == ["'id' is new and required: old events that lack it are refused."]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({}, {"default": "x"}, "Has default now"),
        ({"default": "x"}, {"default": "y"}, "Says another default"),
        ({"default": "x"}, {}, "Has no default any more"),
        ({"default": None}, {}, "Has no default any more"),
    ],
)
def test_only_what_was_said_before_can_be_said_otherwise(old: Json, new: Json, said: str) -> None:
    [change] = compare({**STRING, **old}, {**STRING, **new}, derivable=lambda *_: False).changes

    assert change.sentence == f"{said}: what is valid stays so."
