"""Pairs of schemas, keyword by keyword: whether each takes all that the other does, known beforehand."""

# One pair a line.
# ruff: noqa: E501

import itertools
from typing import Any

import pytest

from events.schemas.compatibility.compare import compare
from events.schemas.documents.document import parse_schema
from events.schemas.documents.validator import compile_validator

Json = Any
Pair = tuple[str, Json, Json, bool, bool]
DRAFT_7 = "http://json-schema.org/draft-07/schema#"
MODERN = "https://json-schema.org/draft/2020-12/schema"


def typed(kind: str, **keywords: Json) -> Json:
    return {"type": kind, **keywords}


def members(**schemas: Json) -> Json:
    return {"type": "object", "properties": schemas}


def needed(**schemas: Json) -> Json:
    return {"type": "object", "properties": schemas, "required": list(schemas)}


def modern(**keywords: Json) -> Json:
    return {"$schema": MODERN, **keywords}


INTEGER, NUMBER, STRING = typed("integer"), typed("number"), typed("string")

TYPES: list[Pair] = [
    ("integer is a number", INTEGER, NUMBER, True, False),
    ("1.0 is an integer", {"const": 1.0}, INTEGER, True, False),
    ("true is no number", {"const": True}, NUMBER, False, False),
    ("true is not 1", {"const": True}, {"const": 1}, False, False),
    ("1 is 1.0", {"const": 1}, {"const": 1.0}, True, True),
    ("1 is 1.0 deep inside", {"const": {"a": [1]}}, {"const": {"a": [1.0]}}, True, True),
    ("a list of types widens", STRING, {"type": ["string", "null"]}, True, False),
    ("the order of types is nothing", {"type": ["null", "string"]}, {"type": ["string", "null"]}, True, True),
    ("all types together are no limit", {"type": ["null", "boolean", "number", "string", "array", "object"]}, {}, True, True),
    ("integer beside number adds nothing", {"type": ["integer", "number"]}, NUMBER, True, True),
    ("types apart", STRING, typed("array"), False, False),
    ("what says nothing of a type", {"minLength": 3}, {"minimum": 3}, False, False),
    ("keywords of another type say nothing", typed("string", minimum=5), STRING, True, True),
    ("boolean is its two values", typed("boolean"), {"enum": [False, True]}, True, True),
    ("null is its value", typed("null"), {"const": None}, True, True),
    ("false takes nothing", False, STRING, True, False),
    ("an empty object is true", True, {}, True, True),
    ("not everything is false", {"not": {}}, False, True, True),
    ("unknown keywords say nothing", typed("string", unit="kg"), STRING, True, True),
    ("titles and defaults say nothing", typed("string", title="a", default=1), STRING, True, True),
]  # fmt: skip
VALUES: list[Pair] = [
    ("an enum that grows", {"enum": ["a", "b"]}, {"enum": ["b", "a", "c"]}, True, False),
    ("an enum within a type", {"enum": ["a", "b"]}, STRING, True, False),
    ("const is an enum of one", {"const": "a"}, {"enum": ["a"]}, True, True),
    ("an enum of objects, one by one", {"enum": [{"a": 1}, {"a": 2}]}, needed(a=INTEGER), True, False),
    ("an enum of objects, one of which is not", {"enum": [{"a": 1}, {"a": "x"}]}, needed(a=INTEGER), False, False),
    ("an enum less what a type leaves", {"enum": [1, "a"], "type": "string"}, {"const": "a"}, True, True),
    ("integers between bounds are their list", typed("integer", minimum=1, maximum=3), {"enum": [1, 2, 3]}, True, True),
    ("numbers between bounds are not", typed("number", minimum=1, maximum=3), {"enum": [1, 2, 3]}, False, True),
    ("a const of a list", {"const": [1, "a"]}, typed("array", minItems=2, maxItems=2), True, False),
    ("an enum not listed", {"not": {"enum": ["a", "b"]}}, {"not": {"const": "a"}}, True, False),
]  # fmt: skip
NUMBERS: list[Pair] = [
    ("a lower bound goes down", typed("number", minimum=5), typed("number", minimum=4), True, False),
    ("exclusive is narrower", typed("number", exclusiveMinimum=5), typed("number", minimum=5), True, False),
    ("exclusive integers are the next ones", typed("integer", exclusiveMinimum=5), typed("integer", minimum=6), True, True),
    ("fractions round up for integers", typed("integer", minimum=4.5), typed("integer", minimum=5), True, True),
    ("no integer in between", typed("integer", exclusiveMinimum=1, exclusiveMaximum=2), False, True, True),
    ("numbers in between", typed("number", exclusiveMinimum=1, exclusiveMaximum=2), False, False, True),
    ("bounds that cross", typed("number", minimum=2, maximum=1), False, True, True),
    ("multiples of 6 are those of 3", typed("number", multipleOf=6), typed("number", multipleOf=3), True, False),
    ("multiples of 2 and 3 are those of 6", {"allOf": [{"multipleOf": 2}, {"multipleOf": 3}]}, {"multipleOf": 6}, True, True),
    ("multiples of fractions", typed("number", multipleOf=0.02), typed("number", multipleOf=0.01), True, False),
    ("fractions that do not divide", typed("number", multipleOf=0.3), typed("number", multipleOf=0.2), False, False),
    ("a common multiple of fractions", {"allOf": [{"multipleOf": 0.4}, {"multipleOf": 0.6}]}, {"multipleOf": 1.2}, True, True),
    ("multiples of 1 are the integers", typed("number", multipleOf=1), INTEGER, True, True),
    ("multiples of a half are not", typed("number", multipleOf=0.5), INTEGER, False, True),
    ("no multiple between the bounds", typed("number", multipleOf=7, minimum=1, maximum=6), False, True, True),
    ("one multiple between the bounds", typed("number", multipleOf=7, minimum=1, maximum=8), {"const": 7}, True, True),
    ("a half line in two", INTEGER, {"anyOf": [{"maximum": 0}, {"minimum": 1}]}, True, False),
    ("the line in two with a gap", NUMBER, {"anyOf": [{"maximum": 0}, {"minimum": 1}]}, False, False),
    ("odd and even", INTEGER, {"anyOf": [{"multipleOf": 2}, {"not": {"multipleOf": 2}}]}, True, False),
    ("beyond what a double tells apart", typed("integer", minimum=10**30), typed("integer", minimum=10**30 + 1), False, True),
]  # fmt: skip
STRINGS: list[Pair] = [
    ("a length that grows", typed("string", maxLength=3), typed("string", maxLength=4), True, False),
    ("no length left", typed("string", minLength=4, maxLength=3), False, True, True),
    ("a pattern is new", STRING, typed("string", pattern="^a"), False, True),
    ("a pattern that says nothing", STRING, typed("string", pattern="a*"), True, True),
    ("a class within a class", typed("string", pattern="^[a-f]+$"), typed("string", pattern="^[a-z]+$"), True, False),
    ("patterns are searched for", typed("string", pattern="^abc"), typed("string", pattern="b"), True, False),
    ("the same in other words", typed("string", pattern="^(a|b)$"), typed("string", pattern="^[ab]$"), True, True),
    ("digits are those of ASCII", typed("string", pattern=r"^\d$"), typed("string", pattern="^[0-9]$"), True, True),
    ("a pattern fixes the length", typed("string", pattern="^[a-z]{3}$"), typed("string", minLength=3, maxLength=3), True, False),
    ("an unusual pattern stays itself", typed("string", pattern=r"\bfoo\b", maxLength=3), typed("string", pattern=r"\bfoo\b"), True, False),
    ("$ is the end, not before a newline", typed("string", pattern="^a$"), {"const": "a"}, True, True),
    ("a dot is no newline", typed("string", pattern="^.$"), typed("string", pattern=r"^[^\n]$"), True, True),
    ("even lengths from five on", typed("string", pattern="^(ab)*$", minLength=5), typed("string", minLength=6), True, False),
    ("characters outside the plane count once", {"const": "😀"}, typed("string", maxLength=1), True, False),
    ("a format is a narrowing", STRING, typed("string", format="date"), False, True),
    ("the same format", typed("string", format="date"), typed("string", format="date"), True, True),
    ("another format", typed("string", format="date"), typed("string", format="ipv4"), False, False),
    ("an unknown format says nothing", STRING, typed("string", format="colour"), True, True),
    ("values under a format", {"enum": ["2024-01-01"]}, typed("string", format="date"), True, False),
    ("strings by their start", STRING, {"anyOf": [{"pattern": "^a"}, {"pattern": "^[^a]"}, {"maxLength": 0}]}, True, False),
]  # fmt: skip
OBJECTS: list[Pair] = [
    ("an optional member, when closed", {**members(a=INTEGER), "additionalProperties": False}, {**members(a=INTEGER, b=STRING), "additionalProperties": False}, True, False),
    ("an optional member, when open", members(a=INTEGER), members(a=INTEGER, b=STRING), False, True),
    ("a member that takes everything", members(a=INTEGER), members(a=INTEGER, b={}), True, True),
    ("a member becomes required", members(a=INTEGER), needed(a=INTEGER), False, True),
    ("a member becomes wider", needed(a=INTEGER), needed(a=NUMBER), True, False),
    ("an object is closed", members(a=INTEGER), {**members(a=INTEGER), "additionalProperties": False}, False, True),
    ("others become a schema", {**members(a=INTEGER), "additionalProperties": STRING}, members(a=INTEGER), True, False),
    ("required and impossible", {**needed(a=False)}, False, True, True),
    ("optional and impossible", members(a=False), typed("object", **{"not": {"required": ["a"]}}), True, True),
    ("patterns hold beside properties", {**members(ab={"maximum": 5}), "patternProperties": {"^a": INTEGER}}, members(ab=typed("integer", maximum=5)), True, False),
    ("patterns keep members from the others", {"type": "object", "patternProperties": {"^a": INTEGER}, "additionalProperties": False}, typed("object", propertyNames={"pattern": "^a"}), True, False),
    ("names and patterns say the same", typed("object", propertyNames={"pattern": "^[a-z]+$"}), {"type": "object", "patternProperties": {"^[a-z]+$": True}, "additionalProperties": False}, True, True),
    ("a narrower name", typed("object", propertyNames={"maxLength": 2}), typed("object", propertyNames={"maxLength": 3}), True, False),
    ("no name is left but the empty object", typed("object", propertyNames=False), typed("object", maxProperties=0), True, True),
    ("listed names bound the number", typed("object", propertyNames={"enum": ["a", "b"]}), typed("object", maxProperties=2), True, False),
    ("required members are a number of them", typed("object", required=["a", "b"]), typed("object", minProperties=2), True, False),
    ("all members that there can be", {**members(a={}, b={}), "additionalProperties": False, "minProperties": 2}, typed("object", required=["a", "b"]), True, False),
    ("more required than allowed", typed("object", required=["a", "b"], maxProperties=1), False, True, True),
    ("one member, and it is known", typed("object", required=["a"], maxProperties=1), {"not": {"required": ["b"]}}, True, False),
    ("dependencies become required", {"type": "object", "dependencies": {"a": ["b"]}, "required": ["a"]}, typed("object", required=["a", "b"]), True, True),
    ("a dependency is dropped", {"dependencies": {"a": ["b"]}}, {"dependencies": {}}, True, False),
    ("a dependent schema", modern(dependentSchemas={"a": {"required": ["b"]}}), modern(dependentRequired={"a": ["b"]}), True, True),
    ("members of merged objects", {"allOf": [members(a=INTEGER), members(b=STRING)]}, members(a=INTEGER, b=STRING), True, True),
    ("a closed branch shuts out the other's members", {"allOf": [{**members(a=INTEGER), "additionalProperties": False}, {"required": ["b"]}]}, False, True, True),
    ("unevaluated is additional over all branches", {"type": "object", "allOf": [members(a=INTEGER)], "unevaluatedProperties": False}, {**members(a=INTEGER), "additionalProperties": False}, True, True),
    ("unevaluated depends on the branch", {"anyOf": [needed(a={}), needed(b={})], "unevaluatedProperties": False}, {**members(a={}, b={}), "additionalProperties": False}, True, False),
]  # fmt: skip
ARRAYS: list[Pair] = [
    ("items become wider", typed("array", items=INTEGER), typed("array", items=NUMBER), True, False),
    ("no items is the empty array", typed("array", items=False), typed("array", maxItems=0), True, True),
    ("a tuple and a list, closed", {"items": [INTEGER, STRING], "additionalItems": False}, {"items": {"type": ["integer", "string"]}, "additionalItems": True, "maxItems": 2}, True, False),
    ("a tuple without additional items is open", {"$schema": DRAFT_7, "type": "array", "items": [INTEGER]}, {"$schema": DRAFT_7, "type": "array", "items": INTEGER}, False, True),
    ("additional items of a list say nothing", {"$schema": DRAFT_7, "items": INTEGER, "additionalItems": False}, {"$schema": DRAFT_7, "items": INTEGER}, True, True),
    ("prefix and rest", modern(prefixItems=[INTEGER], items=INTEGER), modern(items=INTEGER), True, True),
    ("contains needs an item", typed("array", contains={}), typed("array", minItems=1), True, True),
    ("contains by all items", typed("array", items=INTEGER, minItems=1), typed("array", contains=NUMBER), True, False),
    ("contains two is contains one", modern(contains=INTEGER, minContains=2), modern(contains=INTEGER), True, False),
    ("at most none of them", modern(type="array", contains=STRING, minContains=0, maxContains=0), modern(type="array", items={"not": STRING}), True, True),
    ("contains what items forbid", typed("array", items=STRING, contains=INTEGER), False, True, True),
    ("two different booleans at most", typed("array", items=typed("boolean"), uniqueItems=True), typed("array", maxItems=2), True, False),
    ("the same value twice and unique", modern(type="array", contains={"const": 1}, minContains=2, uniqueItems=True), False, True, True),
    ("unique is dropped", typed("array", uniqueItems=True), typed("array"), True, False),
    ("one item is unique", typed("array", maxItems=1), typed("array", uniqueItems=True), True, False),
    ("uniqueItems false says nothing", typed("array", uniqueItems=False), typed("array"), True, True),
    ("unevaluated items after a branch", modern(type="array", allOf=[{"prefixItems": [INTEGER]}], unevaluatedItems=False), modern(type="array", prefixItems=[INTEGER], items=False), True, True),
]  # fmt: skip
COMBINED: list[Pair] = [
    ("alternatives grow", {"anyOf": [STRING, INTEGER]}, {"anyOf": [INTEGER, STRING, typed("null")]}, True, False),
    ("one of what cannot overlap is any of it", {"oneOf": [STRING, INTEGER]}, {"anyOf": [STRING, INTEGER]}, True, True),
    ("one of what overlaps is not", {"oneOf": [INTEGER, {"minimum": 2}]}, {"anyOf": [INTEGER, {"minimum": 2}]}, True, False),
    ("one of two alike is none", {"oneOf": [STRING, STRING]}, False, True, True),
    ("not not", {"not": {"not": STRING}}, STRING, True, True),
    ("neither, nor", {"not": {"anyOf": [STRING, INTEGER]}}, {"allOf": [{"not": STRING}, {"not": INTEGER}]}, True, True),
    ("told apart by a member", {"oneOf": [needed(kind={"const": str(n)}) for n in range(9)]}, {"oneOf": [needed(kind={"const": str(n)}) for n in range(10)]}, True, False),
    ("a condition in other words", {"if": needed(a={"const": 1}), "then": {"required": ["b"]}}, {"anyOf": [{"not": needed(a={"const": 1})}, {"required": ["b"]}]}, True, True),
    ("then without if says nothing", {"then": False}, {}, True, True),
    ("else only", {"if": STRING, "else": INTEGER}, {"type": ["string", "integer"]}, True, True),
    ("every combination is listed", needed(a={"enum": [1, 2]}, b={"enum": [1, 2]}), {"anyOf": [needed(a={"const": x}, b={"const": y}) for x, y in itertools.product([1, 2], [1, 2])]}, True, True),
    ("one combination is missing", needed(a={"enum": [1, 2]}, b={"enum": [1, 2]}), {"anyOf": [needed(a={"const": x}, b={"const": y}) for x, y in [(1, 1), (1, 2), (2, 1)]]}, False, True),
]  # fmt: skip
LIST = {"type": "object", "properties": {"value": INTEGER, "next": {"$ref": "#/$defs/list"}}, "required": ["value"]}
WIDER = {"type": "object", "properties": {"value": NUMBER, "next": {"$ref": "#/$defs/list"}}, "required": ["value"]}
ENDLESS = {"type": "object", "properties": {"next": {"$ref": "#"}}, "required": ["next"]}
REFERENCES: list[Pair] = [
    ("a definition is written out", {"$ref": "#/$defs/a", "$defs": {"a": INTEGER}}, INTEGER, True, True),
    ("by anchor", {"$ref": "#here", "$defs": {"a": {"$anchor": "here", "type": "integer"}}}, INTEGER, True, True),
    ("by identifier", {"$id": "http://a.test/b", "$ref": "c", "$defs": {"a": {"$id": "c", "type": "integer"}}}, INTEGER, True, True),
    ("beside a reference, in 2020-12", modern(**{"$ref": "#/$defs/a", "$defs": {"a": INTEGER}, "minimum": 1}), typed("integer", minimum=1), True, True),
    ("beside a reference, in draft-07", {"$schema": DRAFT_7, "$ref": "#/definitions/a", "definitions": {"a": INTEGER}, "minimum": 1}, INTEGER, True, True),
    ("a list of itself becomes wider", {"$ref": "#/$defs/list", "$defs": {"list": LIST}}, {"$ref": "#/$defs/list", "$defs": {"list": WIDER}}, True, False),
    ("a list of itself that never ends", ENDLESS, False, True, True),
    ("another name for the same recursion", {"$ref": "#/$defs/list", "$defs": {"list": LIST}}, {"properties": {"value": INTEGER, "next": {"$ref": "#"}}, "required": ["value"], "type": "object"}, True, True),
    ("a dynamic reference with one target", {"$dynamicAnchor": "n", "properties": {"a": {"$dynamicRef": "#n"}, "b": INTEGER}}, {"properties": {"a": {"$ref": "#"}, "b": NUMBER}}, True, False),
    ("a reference turned over", {"$ref": "#/$defs/a", "$defs": {"a": INTEGER}}, {"$ref": "#/$defs/b", "$defs": {"b": STRING}}, False, False),
]  # fmt: skip
PAIRS = [*TYPES, *VALUES, *NUMBERS, *STRINGS, *OBJECTS, *ARRAYS, *COMBINED, *REFERENCES]


@pytest.mark.parametrize(("old", "new", "backward", "forward"), [pytest.param(*p[1:], id=p[0]) for p in PAIRS])
def test_it_knows_whether_each_takes_what_the_other_does(old: Json, new: Json, backward: bool, forward: bool) -> None:
    comparison = compare(old, new, derivable=lambda *_: False)

    assert (comparison.backward, comparison.forward, comparison.decided) == (backward, forward, True)


@pytest.mark.parametrize(("old", "new", "backward", "forward"), [pytest.param(*p[1:], id=p[0]) for p in PAIRS])
def test_its_counterexample_is_valid_under_one_and_not_under_the_other(
    old: Json, new: Json, backward: bool, forward: bool
) -> None:
    shown = compare(old, new, derivable=lambda *_: False).counterexample

    assert (shown is None) is (backward and forward)
    if shown is not None:
        validators = {side: compile_validator(parse_schema(one)) for side, one in (("old", old), ("new", new))}
        assert {side for side, validator in validators.items() if validator.is_valid(shown.instance)} == {shown.side}
        assert shown.side == ("new" if backward else "old")
