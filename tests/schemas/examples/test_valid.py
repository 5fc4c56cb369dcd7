import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.schemas.documents.document import SchemaDocument, parse_schema
from events.schemas.documents.errors import SchemaError
from events.schemas.documents.validator import compile_validator
from events.schemas.examples.valid import examples_of

DRAFT_7 = {"$schema": "http://json-schema.org/draft-07/schema#"}
TREE = {
    "$defs": {"node": {"type": "object", "properties": {"kids": {"type": "array", "items": {"$ref": "#/$defs/node"}}}}},
    "$ref": "#/$defs/node",
}
KINDS: list[Any] = [
    {"type": "string", "minLength": 3, "maxLength": 5},
    {"type": "string", "pattern": "^[a-z]{2}-\\d{3,5}(x|yz)?$"},
    {"type": "string", "pattern": "^(?:[^@\\s]+)@(?<host>[\\w.]+)$"},
    {"type": "string", "pattern": "^[\\u00e0-\\u00ff\\x41]\\p{L}$", "minLength": 2},
    {"type": "string", "pattern": "abc", "minLength": 20},
    {"type": "integer", "minimum": 3, "exclusiveMaximum": 5},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.1},
    {"type": "number", "multipleOf": 0.01, "minimum": 4.345},
    {"type": "integer", "multipleOf": 6, "allOf": [{"multipleOf": 4}], "minimum": 1},
    {"type": "array", "items": {"enum": ["p", "q", "r"]}, "uniqueItems": True, "contains": {"const": "p"}},
    {"type": "array", "prefixItems": [{"const": 1}, {"type": "string"}], "items": False, "minItems": 2},
    {"type": "array", "contains": {"type": "integer"}, "minContains": 3, "items": {"minimum": 5}},
    {**DRAFT_7, "type": "array", "items": [{"const": 1}], "additionalItems": {"type": "null"}, "minItems": 3},
    {"type": "object", "patternProperties": {"^x-[a-z]+$": {}}, "additionalProperties": False, "minProperties": 2},
    {"type": "object", "propertyNames": {"pattern": "^[a-z]{3}$"}, "minProperties": 3},
    {"type": "object", "properties": {"a": {}, "b": False, "c": {}}, "maxProperties": 1, "required": ["c"]},
    {"properties": {"a": {"const": 1}}, "dependentRequired": {"a": ["b"], "b": ["c"]}, "required": ["a"]},
    {"required": ["a"], "dependentSchemas": {"a": {"required": ["b"], "properties": {"b": {"const": 2}}}}},
    {**DRAFT_7, "required": ["a"], "dependencies": {"a": ["b"], "b": {"properties": {"c": {"const": 3}}}}},
    {"oneOf": [{"type": "integer", "minimum": 5}, {"type": "string", "minLength": 2}, {"type": "null"}]},
    {
        "type": "object",
        "properties": {"k": {"enum": ["a", "b"]}},
        "if": {"required": ["k"]},
        "then": {"required": ["w"]},
    },
    {"type": "object", "not": {"required": ["forbidden"]}},
    {"type": "object", "properties": {"a": {"type": "string"}}, "unevaluatedProperties": False},
    {**DRAFT_7, "$ref": "#/definitions/a", "type": "null", "definitions": {"a": {"type": "string"}}},
    TREE,
    {"oneOf": [{"type": "null"}, {"type": "array", "items": {"$ref": "#"}, "minItems": 1}]},
    {"type": "object", "minProperties": 2, "maxProperties": 3, "properties": {"a": {"const": 1}, "b": {"const": 2}}},
    {"type": "object", "propertyNames": {"enum": ["x", "y"]}, "minProperties": 2},
    {"type": "object", "properties": {"a": {}}, "required": ["a"], "if": {"properties": {"a": {"const": 1}}}}
    | {"then": {"required": ["b"]}, "else": {"properties": {"a": {"type": "string"}}}},
    True,
]


@pytest.mark.parametrize("schema", KINDS, ids=lambda schema: json.dumps(schema)[:60])
def test_it_finds_examples_and_all_are_valid(schema: Any) -> None:
    document = parse_schema(schema)
    validator = compile_validator(document)

    found = examples_of(document, 20)

    assert found
    assert [example for example in found if not validator.is_valid(example)] == []


@pytest.mark.parametrize("name", ["date", "date-time", "time", "duration", "email", "hostname", "ipv4", "ipv6"])
@pytest.mark.parametrize("dialect", [{}, DRAFT_7])
def test_it_knows_the_formats(name: str, dialect: dict[str, Any]) -> None:
    assert examples_of(parse_schema({**dialect, "type": "string", "format": name}), 5)


@pytest.mark.parametrize("name", ["uri", "uri-reference", "uri-template", "uuid", "iri", "json-pointer", "regex"])
def test_it_knows_the_formats_of_names(name: str) -> None:
    assert examples_of(parse_schema({"type": "string", "format": name}), 5)


def test_the_same_seed_gives_the_same_examples() -> None:
    document = parse_schema(KINDS[1])

    assert examples_of(document, 10, seed=4) == examples_of(document, 10, seed=4)
    assert examples_of(document, 10, seed=4) != examples_of(document, 10, seed=5)


def test_they_differ_and_are_no_more_than_asked_for() -> None:
    found = examples_of(parse_schema({"type": "string"}), 15)

    assert len(found) == len(set(found)) == 15


def test_optional_members_are_there_and_are_not() -> None:
    document = parse_schema({"type": "object", "properties": {"a": {"const": 1}, "b": {"const": 2}}})

    kinds = {tuple(sorted(set(example) & {"a", "b"})) for example in examples_of(document, 30)}

    assert kinds == {(), ("a",), ("b",), ("a", "b")}


def test_objects_that_are_open_hold_members_that_the_schema_does_not_name() -> None:
    found = examples_of(parse_schema({"type": "object", "properties": {"a": {"const": 1}}}), 30)

    assert any(set(example) - {"a"} for example in found)


def test_every_alternative_has_an_example() -> None:
    document = parse_schema({"anyOf": [{"const": letter} for letter in "abcdef"]})

    assert set(examples_of(document, 6)) == set("abcdef")


def test_bounds_are_among_the_numbers_and_lengths() -> None:
    numbers = examples_of(parse_schema({"type": "integer", "minimum": -7, "maximum": 900}), 10)
    texts = examples_of(parse_schema({"type": "string", "minLength": 2, "maxLength": 40}), 20)

    assert {-7, 900} <= set(numbers)
    assert {2, 40} <= {len(text) for text in texts}


@pytest.mark.parametrize(
    "schema", [False, {"not": {}}, {"type": "string", "enum": [1]}, {"minimum": 3, "maximum": 2, "type": "integer"}]
)
def test_where_there_is_none_it_finds_none(schema: Any) -> None:
    assert examples_of(parse_schema(schema), 5) == []


@pytest.mark.parametrize(
    "schema",
    [
        {"required": ["a"], "type": "object", "properties": {"a": {"$ref": "#"}}},
        {"type": "array", "minItems": 100_000},
        {"type": "string", "minLength": 10_000_000},
        {"type": "object", "minProperties": 1_000_000},
        {"type": "string", "pattern": "^(a{10}){100}$", "minLength": 2_000},
        {"type": "string", "pattern": "(" * 60 + "a" + ")" * 60},
        {"type": "number", "multipleOf": 1e-300, "minimum": 1e300},
        {"type": "array", "minItems": 200, "items": {"type": "array", "minItems": 200, "items": {"type": "array"}}},
        {
            "$ref": "#/$defs/a0",
            "$defs": {
                f"a{n}": {"type": "object", "required": ["l", "r"]}
                | {"properties": {side: {"$ref": f"#/$defs/a{n + 1}"} for side in "lr"}}
                for n in range(30)
            }
            | {"a30": True},
        },
    ],
    ids=range(9),
)
def test_what_is_too_large_takes_no_time(schema: Any) -> None:
    document = parse_schema(schema)
    started = time.perf_counter()

    examples_of(document, 20)

    assert time.perf_counter() - started < 10


def schemas() -> st.SearchStrategy[Any]:
    names = st.sampled_from("abc")
    plain = st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["string", "integer", "number", "object", "array", "null", "boolean"]),
            "minimum": st.integers(-5, 5),
            "maxLength": st.integers(0, 5),
            "minLength": st.integers(0, 5),
            "enum": st.lists(st.integers() | st.text(max_size=2), min_size=1, max_size=3),
            "required": st.lists(names, unique=True),
            "pattern": st.text(alphabet="ab[]()*+?|.^$\\-d", max_size=8),
            "format": st.sampled_from(["date", "uuid", "unknown"]),
        },
    )
    return st.recursive(
        plain | st.booleans(),
        lambda inner: st.one_of(
            plain.flatmap(
                lambda one: st.dictionaries(names, inner).map(lambda members: {**one, "properties": members})
            ),
            st.lists(inner, min_size=1, max_size=3).map(lambda branches: {"anyOf": branches}),
            st.lists(inner, min_size=1, max_size=3).map(lambda branches: {"oneOf": branches}),
            inner.map(lambda one: {"items": one, "uniqueItems": True}),
            inner.map(lambda one: {"not": one}),
            inner.map(lambda one: {"additionalProperties": one, "minProperties": 1}),
        ),
        max_leaves=8,
    )


@settings(max_examples=150, deadline=None)
@given(schemas())
def test_no_schema_makes_an_error_and_every_example_is_valid(schema: Any) -> None:
    document = parsed(schema)
    if document is None:
        return

    found = examples_of(document, 5)

    assert all(map(compile_validator(document).is_valid, found))


def parsed(schema: Any) -> SchemaDocument | None:
    try:
        return parse_schema(schema)
    except SchemaError:
        return None
