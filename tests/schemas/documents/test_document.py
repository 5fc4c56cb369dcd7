"""What is refused as a schema, and what is not: H20, H24 and H27."""

import json
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.schemas.documents.dialect import Dialect
from events.schemas.documents.document import MAX_DEPTH, MAX_VALUES, parse_schema, parse_schema_text
from events.schemas.documents.errors import SchemaError
from events.schemas.documents.validator import compile_validator

OUTSIDE = "nothing is fetched"
ENDLESS = "refers back to itself"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["$ref", "$id", "items"]), inner),
    max_leaves=20,
)


def problems_of(schema: Any) -> list[tuple[str, str]]:
    with pytest.raises(SchemaError) as raised:
        parse_schema_text(schema) if isinstance(schema, str | bytes) else parse_schema(schema)
    return [(place, message) for place, message in raised.value.problems]


def test_it_keeps_the_schema_and_its_draft() -> None:
    document = parse_schema_text('{"items": [{"type": "string"}]}')

    assert document.schema == {"items": [{"type": "string"}]}
    assert document.dialect is Dialect.DRAFT_7


@pytest.mark.parametrize("text", ["true", "false", "{}", b'{"type": ["string", "null"]}'])
def test_it_takes_what_is_a_schema(text: str | bytes) -> None:
    assert parse_schema_text(text).schema == json.loads(text)


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"type": "strin"}, "/type"),
        ({"properties": {"a": {"minLength": -1}}}, "/properties/a/minLength"),
        ({"required": "a"}, "/required"),
        ({"$ref": 3}, "/$ref"),
        ({"allOf": []}, "/allOf"),
        ({"$schema": "http://json-schema.org/draft-07/schema#", "items": [3]}, "/items/0"),
    ],
)
def test_it_says_where_a_schema_breaks_its_meta_schema(schema: Any, place: str) -> None:
    assert problems_of(schema)[0][0] == place


def test_it_says_everything_that_is_wrong_at_once() -> None:
    found = problems_of({"properties": {"a": {"type": "x"}, "b": {"maximum": "y"}}})

    assert {place for place, _ in found} == {"/properties/a/type", "/properties/b/maximum"}


@pytest.mark.parametrize("schema", ["[]", "3", '"text"', "null"])
def test_it_takes_only_objects_and_booleans(schema: str) -> None:
    assert problems_of(schema) == [("", "a schema is an object, true or false")]


class TestHostileJson:
    """H20: refused with a name, in milliseconds."""

    @pytest.mark.parametrize(
        "text",
        [
            "[" * 100_000,
            '{"a":' * 100_000,
            '{"not":' * 500 + "true" + "}" * 500,
            '{"type": "string", "type": "number"}',
            '{"const": "\\ud800"}',
            '{"const": "\ud800"}',
            '{"const": "\\u0000"}',
            '{"maximum": NaN}',
            '{"maximum": 1e999}',
            '{"maximum": ' + "1" * 5_000 + "}",
            '{"const": "' + "a" * 10_000_000 + '"}',
            b'{"const": "\xff"}',
            '{"enum": [' + "1," * 100_000 + "1]}",
            '{"pattern": "' + "a|" * 100_000 + 'a"}',
            "",
        ],
        ids=range(15),
    )
    def test_it_refuses_the_text(self, text: str | bytes) -> None:
        started = time.perf_counter()
        found = problems_of(text)

        assert time.perf_counter() - started < 2
        assert len(found[0][1]) < 200

    def test_it_names_the_member_that_is_there_twice(self) -> None:
        found = problems_of('{"properties": {"a": {"type": "string", "type": "null"}}}')

        assert found == [("/properties/a/type", "the same key twice in one object")]

    @pytest.mark.parametrize(
        "value",
        [float("nan"), float("-inf"), 10**400, "\ud800", "nul\0", {1: 2}, {"\udfff": 1}, (1, 2), object(), b"x"],
    )
    def test_it_refuses_values_that_are_not_json(self, value: object) -> None:
        assert problems_of({"const": value})[0][0] == "/const"

    def test_it_refuses_what_is_nested_too_deep_without_recursing(self) -> None:
        deep: Any = True
        for _ in range(100_000):
            deep = {"not": deep}

        assert problems_of(deep) == [("", f"a schema is nested at most {MAX_DEPTH} levels deep")]

    def test_it_counts_values(self) -> None:
        assert problems_of({"enum": list(range(MAX_VALUES))}) == [("", "a schema has at most 20,000 values")]

    @given(JSON)
    def test_no_value_makes_another_error(self, value: Any) -> None:
        with suppress(SchemaError):
            assert parse_schema(value).schema is value


class TestReferences:
    """H27: inside the document, or refused with the place."""

    @pytest.mark.parametrize("keyword", ["$ref", "$dynamicRef"])
    @pytest.mark.parametrize(
        "reference",
        [
            "http://127.0.0.1:1/schema.json",
            "https://json-schema.org/draft/2020-12/schema",
            "file:///etc/passwd",
            "other.json",
            "other.json#/$defs/a",
            "//example.com/a",
            "http://[bad",
            "urn:example:a",
        ],
    )
    def test_it_refuses_one_that_leads_outside(self, keyword: str, reference: str) -> None:
        ((place, message),) = problems_of({"properties": {"a": {keyword: reference}}})

        assert place == f"/properties/a/{keyword}"
        assert OUTSIDE in message

    def test_a_remote_base_makes_a_relative_reference_remote(self) -> None:
        schema = {"$id": "http://example.com/a/", "items": {"$ref": "b#/$defs/x"}, "$defs": {"x": {}}}

        assert problems_of(schema)[0][0] == "/items/$ref"

    @pytest.mark.parametrize(
        "reference", ["#/$defs/none", "#none", "#/properties", "#/allOf/00", "#/const", "#/$defs~2"]
    )
    def test_it_refuses_one_that_leads_to_nothing(self, reference: str) -> None:
        schema = {"$ref": reference, "$defs": {}, "allOf": [{}], "const": 3}

        assert problems_of(schema) == [("/$ref", "leads to nothing, or to what is no schema")]

    def test_what_is_said_in_a_constant_is_no_reference(self) -> None:
        schema = {"enum": [{"$ref": "http://example.com"}], "default": {"$ref": "file:///a"}, "x-own": {"$ref": "a"}}

        assert parse_schema(schema).schema == schema

    def test_a_place_that_only_a_reference_makes_a_schema_is_looked_at_too(self) -> None:
        fetching = {"x-own": {"a": {"$ref": "http://example.com"}}, "$ref": "#/x-own/a"}
        invalid = {"x-own": {"a": {"type": 3}}, "$ref": "#/x-own/a"}
        slow = {"x-own": {"a": {"pattern": "(?=a)"}}, "$ref": "#/x-own/a"}

        places = [problems_of(schema)[0][0] for schema in (fetching, invalid, slow)]

        assert places == ["/x-own/a/$ref", "/x-own/a/type", "/x-own/a/pattern"]

    @pytest.mark.parametrize(
        ("schema", "target"),
        [
            ({"$ref": "#/$defs/a%20b~1c", "$defs": {"a b/c": {"type": "string"}}}, "/$defs/a b~1c"),
            ({"$ref": "#name", "$defs": {"a": {"$anchor": "name", "type": "string"}}}, "/$defs/a"),
            ({"$ref": "own", "$defs": {"a": {"$id": "own", "type": "string"}}}, "/$defs/a"),
            ({"$id": "http://e.com/x/y", "$ref": "z", "$defs": {"a": {"$id": "z", "type": "string"}}}, "/$defs/a"),
            ({"$id": "urn:a:b", "$ref": "urn:a:b#/$defs/a", "$defs": {"a": {"type": "string"}}}, "/$defs/a"),
            ({"$ref": "#foo", "definitions": {"a": {"$id": "#foo", "type": "string"}}}, "/definitions/a"),
            ({"$ref": "#/allOf/0", "allOf": [{"type": "string"}]}, "/allOf/0"),
        ],
    )
    def test_it_leads_where_the_validator_goes(self, schema: Any, target: str) -> None:
        document = parse_schema(schema)
        validator = compile_validator(document)

        assert document.targets[""][0] == target
        assert validator.is_valid("text")
        assert not validator.is_valid(3)

    def test_two_schemas_of_one_name_are_refused(self) -> None:
        same = {"$id": "http://example.com/a"}

        assert "what another schema" in problems_of({"$defs": {"a": same, "b": same}})[0][1]

    @pytest.mark.parametrize("uri", ["http://example.com/meta", "http://json-schema.org/draft-07/schema#"])
    def test_a_schema_within_is_of_the_same_draft(self, uri: str) -> None:
        schema = {"prefixItems": [{"$schema": uri, "$id": "http://example.com/a"}]}

        assert problems_of(schema)[0][0] == "/prefixItems/0/$schema"


class TestProgress:
    @pytest.mark.parametrize(
        "schema",
        [
            {"$ref": "#"},
            {"$dynamicAnchor": "a", "$dynamicRef": "#a"},
            {"allOf": [{"anyOf": [{"not": {"$ref": "#"}}]}]},
            {"if": {"$ref": "#"}},
            {"dependentSchemas": {"a": {"$ref": "#"}}},
            {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
        ],
    )
    def test_a_reference_to_itself_is_refused_with_its_place(self, schema: Any) -> None:
        place, message = problems_of(schema)[0]

        assert place.endswith(("/$ref", "/$dynamicRef"))
        assert message.startswith(ENDLESS)

    @pytest.mark.parametrize("keyword", ["items", "additionalProperties", "contains", "propertyNames"])
    def test_one_that_goes_into_the_value_is_not(self, keyword: str) -> None:
        assert compile_validator(parse_schema({keyword: {"$ref": "#"}})).is_valid("text")

    def test_a_chain_of_references_is_bounded(self) -> None:
        links = {f"a{n}": {"$ref": f"#/$defs/a{n + 1}"} for n in range(3_000)}

        ((_, message),) = problems_of({"$defs": {**links, "a3000": True}})

        assert message == "more than 32 schemas within each other judge one value"

    def test_references_that_multiply_are_refused_in_milliseconds(self) -> None:
        laughs = {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 4} for n in range(12)}
        started = time.perf_counter()

        found = problems_of({"$ref": "#/$defs/a0", "$defs": {**laughs, "a12": True}})

        assert "references multiply: one value would be judged more than 10,000 times" in {text for _, text in found}
        assert time.perf_counter() - started < 2

    def test_unevaluated_members_within_each_other_are_bounded(self) -> None:
        schema: dict[str, Any] = {"items": {"$ref": "#"}}
        for _ in range(6):
            schema = {"allOf": [schema], "unevaluatedProperties": False}

        assert "with unevaluated members" in problems_of(schema)[0][1]
