"""A formula holds of the values that the validator takes, and of no others."""

# One schema a line.
# ruff: noqa: E501

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.schemas.compatibility.budget import DEFAULT, Meter
from events.schemas.compatibility.building.build import Builder
from events.schemas.compatibility.building.role import Role
from events.schemas.compatibility.nodes import Nodes
from events.schemas.compatibility.solving.judge import holds
from events.schemas.documents.document import parse_schema
from events.schemas.documents.errors import SchemaError
from events.schemas.documents.validator import compile_validator
from tests.schemas.compatibility.generated import DRAFT_7, MODERN, NAMES, SCALARS, schemas, values

Json = Any
VALUES = [
    *SCALARS,
    *([], [1], ["a"], [1, "a"], ["a", 1], [1, 1], [1, 1.0], [1, True], [0, 1, 2], [[1]], [None, 2, "ab"]),
    *({}, {"a": 1}, {"a": "a"}, {"b": 1}, {"a": 1, "b": 2}, {"c": None}, {"ab": [1]}, dict.fromkeys(NAMES, 1)),
]
# Keywords that only one of the drafts knows: the other must not look at them.
OF_THE_OTHER: list[tuple[str, Json]] = [
    (MODERN, {"additionalItems": False}),
    (MODERN, {"prefixItems": [{}], "additionalItems": False}),
    (MODERN, {"$recursiveRef": "#", "type": "integer"}),
    (MODERN, {"contentEncoding": "base64"}),
    (DRAFT_7, {"prefixItems": [False]}),
    (DRAFT_7, {"dependentRequired": {"a": ["b"]}}),
    (DRAFT_7, {"dependentSchemas": {"a": False}}),
    (DRAFT_7, {"unevaluatedProperties": False}),
    (DRAFT_7, {"unevaluatedItems": False}),
    (DRAFT_7, {"contains": {"type": "integer"}, "minContains": 2}),
    (DRAFT_7, {"contains": {"type": "integer"}, "maxContains": 1}),
    (DRAFT_7, {"$ref": "#/definitions/a", "definitions": {"a": {"type": "integer"}}, "maximum": 1}),
    (DRAFT_7, {"additionalItems": False}),
    (MODERN, {"$ref": "#/$defs/a", "$defs": {"a": {"type": "integer"}}, "maximum": 1}),
    (MODERN, {"minContains": 3}),
    (MODERN, {"contains": {"type": "integer"}, "minContains": 0}),
    (MODERN, {"then": False, "else": False}),
]


def differing(schema: Json, tried: list[Json]) -> list[Json]:
    """The values of which the formula and the validator say different things."""
    document = parse_schema(schema)
    validator = compile_validator(document)
    nodes = Nodes()
    node = Builder(nodes, schema, "2020" in schema["$schema"], Role.STRICT, Meter(DEFAULT)).root()
    return [value for value in tried if holds(nodes, node, value) is not validator.is_valid(value)]


@pytest.mark.parametrize(("draft", "schema"), OF_THE_OTHER)
def test_keywords_of_another_draft_say_what_they_say_to_the_validator(draft: str, schema: Json) -> None:
    assert differing({"$schema": draft, **schema}, VALUES) == []


@settings(max_examples=250, derandomize=True)
@given(data=st.data(), modern=st.booleans(), drawn=st.lists(values, max_size=10))
def test_a_formula_holds_where_the_schema_does(data: st.DataObject, modern: bool, drawn: list[Json]) -> None:
    schema = data.draw(schemas(modern).filter(lambda schema: isinstance(schema, dict)))

    try:
        found = differing({"$schema": MODERN if modern else DRAFT_7, **schema}, [*VALUES, *drawn])
    except SchemaError:
        return

    assert found == []


REFERRING: list[Json] = [
    {"$id": "http://a.test/x/", "$defs": {"b": {"$id": "y/", "$defs": {"c": {"$id": "z", "type": "integer"}}}}, "$ref": "y/z"},
    {"$id": "http://a.test/x", "$defs": {"b": {"$id": "b", "$defs": {"t": {"type": "string"}}, "$ref": "#/$defs/t"}}, "$ref": "b"},
    {"$defs": {"b": {"$anchor": "q", "type": "integer"}}, "$ref": "#q"},
    {"$defs": {"a/b~c%d": {"type": "integer"}}, "$ref": "#/$defs/a~1b~0c%25d"},
    {"properties": {"$ref": {"type": "integer"}, "a": {"$ref": "#/properties/$ref"}}},
    {"prefixItems": [{"type": "integer"}, {"$ref": "#/prefixItems/0"}]},
    {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"type": "string"}}},
    {"type": ["object", "integer"], "additionalProperties": {"$ref": "#"}},
    {"$dynamicAnchor": "n", "type": ["array", "integer"], "items": {"$dynamicRef": "#n"}},
    {"enum": [{"$id": "http://a.test/", "$ref": "#/none"}, 1]},
    {"const": {"$ref": "#/none"}, "properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": True}},
]  # fmt: skip


@pytest.mark.parametrize("schema", REFERRING)
def test_references_lead_where_the_validator_goes(schema: Json) -> None:
    tried = [*VALUES, {"a": {"b": 1}}, {"a": {"b": "x"}}, [1, 2], [1, "x"], [[1], [["x"]]], {"$ref": "#/none"}]

    assert differing({"$schema": MODERN, **schema}, tried) == []
