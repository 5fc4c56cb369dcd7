"""Pairs such as people make when they edit a schema, and such as other checkers get wrong."""

# One pair a line.
# ruff: noqa: E501

from typing import Any

import pytest

from events.schemas.compatibility.compare import compare
from tests.schemas.compatibility.test_pairs import INTEGER, NUMBER, STRING, Pair, members, modern, needed, typed

Json = Any
NULL = {"type": "null"}
EMPTY: Json = {}
ADDRESS = {
    "type": "object",
    "properties": {"street": STRING, "zip": typed("string", pattern="^[0-9]{5}$")},
    "required": ["street"],
}
EVENT = {"oneOf": [needed(kind={"const": "created"}, by=STRING), needed(kind={"const": "removed"})]}

EDITS: list[Pair] = [
    ("a limit of text is lifted", needed(name=typed("string", maxLength=50)), needed(name=typed("string", maxLength=100)), True, False),
    ("a text becomes a pattern of it", needed(zip=STRING), needed(zip=typed("string", pattern="^[0-9]{5}$")), False, True),
    ("a zip code of five digits or nine", ADDRESS, {**ADDRESS, "properties": {"street": STRING, "zip": typed("string", pattern="^[0-9]{5}(-[0-9]{4})?$")}}, True, False),
    ("an integer becomes text", needed(id=INTEGER), needed(id=STRING), False, False),
    ("an integer or text", needed(id=INTEGER), needed(id={"type": ["integer", "string"]}), True, False),
    ("a value becomes nullable", needed(at=STRING), needed(at={"anyOf": [STRING, NULL]}), True, False),
    ("nullable in two ways", needed(at={"type": ["string", "null"]}), needed(at={"oneOf": [STRING, NULL]}), True, True),
    ("OpenAPI's nullable says nothing", needed(at={"type": "string", "nullable": True}), needed(at=STRING), True, True),
    ("a member is renamed", needed(a=STRING), needed(b=STRING), False, False),
    ("a member moves inside", needed(a=STRING), needed(x=needed(a=STRING)), False, False),
    ("a kind of event is added", EVENT, {"oneOf": [*EVENT["oneOf"], needed(kind={"const": "moved"})]}, True, False),
    ("a kind of event asks for more", EVENT, {"oneOf": [EVENT["oneOf"][0], needed(kind={"const": "removed"}, by=STRING)]}, False, True),
    ("kinds told by a condition", {**needed(kind={"enum": ["a", "b"]}), "if": members(kind={"const": "a"}), "then": {"required": ["x"]}, "else": {"required": ["y"]}}, {"anyOf": [{"required": ["x"]}, {"required": ["y"]}]}, True, False),
    ("a definition is used twice", {"properties": {"a": {"$ref": "#/$defs/x"}, "b": {"$ref": "#/$defs/x"}}, "$defs": {"x": INTEGER}}, {"properties": {"a": NUMBER, "b": INTEGER}}, True, False),
    ("a shared part is written out", {"allOf": [{"$ref": "#/$defs/base"}, needed(b=STRING)], "$defs": {"base": needed(a=INTEGER)}}, needed(a=INTEGER, b=STRING), True, True),
    ("a list gets a limit", typed("array", items=STRING), typed("array", items=STRING, maxItems=100), False, True),
    ("a list of one thing or another", typed("array", items=STRING), typed("array", items={"anyOf": [STRING, INTEGER]}), True, False),
    ("lists of one thing, or lists of another", {"anyOf": [typed("array", items=STRING), typed("array", items=INTEGER)]}, typed("array", items={"anyOf": [STRING, INTEGER]}), True, False),
    ("a map of numbers", typed("object", additionalProperties=INTEGER), typed("object", additionalProperties=NUMBER), True, False),
    ("a map with a known key", typed("object", additionalProperties=STRING), {"type": "object", "properties": {"a": STRING}, "additionalProperties": STRING}, True, True),
    ("a map with a key of its own", typed("object", additionalProperties=STRING), {"type": "object", "properties": {"a": INTEGER}, "additionalProperties": STRING}, False, False),
    ("prices of cents", typed("number", multipleOf=0.01, minimum=0), typed("number", minimum=0), True, False),
    ("percent as a fraction", typed("number", minimum=0, maximum=100), typed("number", minimum=0, maximum=1), False, True),
]  # fmt: skip
TRAPS: list[Pair] = [
    ("required, but of no value", {"required": ["a"], "properties": {"a": {"not": {}}}}, {"not": typed("object", required=["a"])}, True, False),
    ("a required member that is impossible, in an object", typed("object", required=["a"], properties={"a": False}), NULL, True, False),
    ("minItems of items that cannot be", typed("array", items={"allOf": [STRING, INTEGER]}, minItems=1), False, True, True),
    ("a type that allOf leaves empty", {"allOf": [STRING, INTEGER]}, typed("boolean"), True, False),
    ("properties on what need be no object", {"properties": {"a": INTEGER}}, members(a=INTEGER), False, True),
    ("required on what need be no object", {"required": ["a"]}, typed("object", required=["a"]), False, True),
    ("not required is not an object without", {"not": {"required": ["a"]}}, typed("object"), True, False),
    ("bounds from both sides of alternatives", {"anyOf": [typed("integer", maximum=0), typed("integer", minimum=1)]}, INTEGER, True, True),
    ("integers not between", typed("integer", **{"not": {"minimum": 1, "maximum": 9}}), {"anyOf": [{"maximum": 0}, {"minimum": 10}]}, True, False),
    ("an enum with a bound", {"enum": [1, 5, 10], "maximum": 5}, {"enum": [1, 5]}, True, True),
    ("floats that are integers", {"enum": [1.0, 2.0]}, INTEGER, True, False),
    ("minus zero is zero", {"const": -0.0}, {"const": 0}, True, True),
    ("a pattern with an alternative unanchored", typed("string", pattern="^a|b$"), typed("string", pattern="^(a|b)$"), False, True),
    ("names by two patterns", {"patternProperties": {"^a": INTEGER, "b$": {"minimum": 3}}, "type": "object", "required": ["ab"]}, needed(ab=typed("integer", minimum=3)), True, False),
    ("a pattern shields from additional", {"type": "object", "patternProperties": {"^x-": {}}, "additionalProperties": False}, typed("object", propertyNames={"minLength": 2}), True, False),
    ("an empty pattern matches every name", {"type": "object", "patternProperties": {"": INTEGER}}, typed("object", additionalProperties=INTEGER), True, True),
    ("too many names for so short ones", typed("object", propertyNames={"maxLength": 0}, minProperties=2), False, True, True),
    ("anyOf of all lengths", typed("array"), {"anyOf": [{"maxItems": 2}, {"minItems": 3}]}, True, False),
    ("tuples by a longer tuple", modern(type="array", prefixItems=[INTEGER, STRING]), modern(type="array", prefixItems=[INTEGER]), True, False),
    ("a tuple whose rest is bounded", modern(type="array", prefixItems=[STRING, STRING], items=False), modern(type="array", items=STRING, maxItems=2), True, True),
    ("contains and items at odds from the second on", modern(type="array", prefixItems=[INTEGER], items=STRING, contains=INTEGER), modern(type="array", minItems=1), True, False),
    ("at most one, at least two", modern(type="array", contains=INTEGER, minContains=2, maxContains=1), False, True, True),
    ("unique over few values", typed("array", items={"enum": ["a", "b", "c"]}, uniqueItems=True), typed("array", maxItems=3), True, False),
    ("1 and 1.0 are not unique", typed("array", items={"enum": [1]}, uniqueItems=True, minItems=2), False, True, True),
    ("1 and true are unique", typed("array", items={"enum": [1, True]}, uniqueItems=True, minItems=2), {"type": "array", "contains": {"const": True}}, True, False),
    ("not unique has two items", typed("array", **{"not": {"uniqueItems": True}}), typed("array", minItems=2), True, False),
    ("double negation of a member", members(a={"not": {"not": INTEGER}}), members(a=INTEGER), True, True),
    ("dependencies in a chain", {"type": "object", "required": ["a"], "dependencies": {"a": ["b"], "b": ["c"]}}, typed("object", required=["c"]), True, False),
    ("a schema for what depends", {"type": "object", "dependencies": {"card": {"required": ["address"]}}}, {"type": "object", "dependencies": {"card": ["address"]}}, True, True),
    ("one of exactly, by required", {"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"type": "object", "not": {"required": ["a", "b"]}}, True, False),
    ("the empty enum of a type", {"enum": ["a"], "type": "integer"}, NULL, True, False),
    ("everything but a value", {"not": {"const": 1}}, {"not": {"enum": [1, 2]}}, False, True),
    ("an object that is not that one", typed("object", **{"not": {"const": {}}}), typed("object", minProperties=1), True, True),
    ("a list that is not that one", typed("array", **{"not": {"const": []}}), typed("array", minItems=1), True, True),
    ("nothing is left to say", EMPTY, {"anyOf": [{"type": "string"}, {"not": {"type": "string"}}]}, True, True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "backward", "forward"), [pytest.param(*pair[1:], id=pair[0]) for pair in (*EDITS, *TRAPS)]
)
def test_it_knows_what_becomes_of_old_events(old: Json, new: Json, backward: bool, forward: bool) -> None:
    comparison = compare(old, new, derivable=lambda *_: False)

    assert (comparison.backward, comparison.forward, comparison.decided) == (backward, forward, True)
    assert (comparison.counterexample is None) is (backward and forward)
