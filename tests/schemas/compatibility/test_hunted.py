"""Pairs that were once answered wrongly, each with an instance that shows it."""

from typing import Any

import jsonschema
import pytest

from events.schemas.compatibility.compare import compare
from events.schemas.documents.document import parse_schema
from events.schemas.documents.validator import compile_validator

Json = Any
DRAFT = "https://json-schema.org/draft/2020-12/schema"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"
# A tenth above this rounds to it as a double.
COARSE = {"type": "number", "exclusiveMinimum": 1e16, "multipleOf": 0.1}


def schema(**keywords: Json) -> Json:
    return {"$schema": DRAFT, **keywords}


def having(**members: str) -> Json:
    """An object that has these members, each of a definition."""
    properties = {name: {"$ref": f"#/$defs/{target}"} for name, target in members.items()}
    return {"type": "object", "properties": properties, "required": list(members)}


def choice(*options: Json) -> Json:
    return {"type": "object", "anyOf": list(options)}


def is_refuted(old: Json, new: Json, instance: Json) -> bool:
    judge = jsonschema.validators.validator_for(old)
    one, other = judge(old), judge(new)
    return one.is_valid(instance) and not other.is_valid(instance)


# Whether there is a B is asked inside A, and again inside C, while it is open whether there is a List.
INTERTWINED = {
    "List": choice(
        having(next="List"),
        having(a="A"),
        having(c="C"),
        {"type": "object", "required": ["end"], "properties": {"end": {"type": "null"}}},
    ),
    "A": choice(having(self="A"), having(b="B"), having(list="List")),
    "B": having(a="A"),
    "C": having(b="B"),
}


@pytest.mark.parametrize("order", [("list", "c"), ("c", "list")])
def test_what_was_concluded_from_an_assumption_falls_with_it(order: tuple[str, str]) -> None:
    old = schema(**having(list="List", c="C") | {"required": list(order)}, **{"$defs": INTERTWINED})
    new = schema(**{"not": {"type": "object", "required": ["c"]}})
    instance = {"list": {"end": None}, "c": {"b": {"a": {"list": {"end": None}}}}}

    compared = compare(old, new)

    assert is_refuted(old, new, instance)
    assert not compared.backward


@pytest.mark.parametrize(
    ("new", "instance"),
    [
        (schema(uniqueItems=True), [10000000000000002, 10000000000000002]),
        (schema(**{"not": {"type": "array", "uniqueItems": True}}), [10000000000000002, 10000000000000004]),
    ],
)
def test_a_number_that_a_double_cannot_hold_does_not_stand_for_another(new: Json, instance: Json) -> None:
    old = schema(type="array", minItems=2, items=COARSE)

    compared = compare(old, new)

    assert is_refuted(old, new, instance)
    assert not compared.backward


@pytest.mark.parametrize(
    ("old", "new", "instance"),
    [
        (schema(enum=["no address"], format="email"), schema(type="null"), "no address"),
        (schema(const="no address"), schema(**{"not": {"format": "email"}}), "no address"),
        (schema(type="string", pattern="^[ab]$", format="date"), schema(type="null"), "a"),
        (schema(required=["a"], propertyNames={"format": "date"}), schema(required=["b"]), {"a": 1}),
    ],
)
def test_what_only_a_format_rules_out_is_not_proven_as_validators_may_not_assert_it(
    old: Json, new: Json, instance: Json
) -> None:
    compared = compare(old, new)

    assert is_refuted(old, new, instance)
    assert not compared.backward


def test_a_format_of_regular_expressions_is_refuted_by_what_every_dialect_refuses() -> None:
    old, new = schema(type="string"), schema(format="regex")

    found = compare(old, new).counterexample

    assert found is not None
    asserting = jsonschema.Draft202012Validator(new, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
    assert not asserting.is_valid(found.instance)


@pytest.mark.parametrize(("pattern", "text"), [("^\\<a$", "a"), ("^a\\>$", "a")])
def test_an_escape_that_the_validator_takes_for_the_edge_of_a_word_is_no_sign(pattern: str, text: str) -> None:
    old, new = schema(type="string", pattern=pattern), schema(**{"not": {"const": text}})

    compared = compare(old, new)

    assert compile_validator(parse_schema(old)).is_valid(text)
    assert not compared.backward


@pytest.mark.parametrize("name", ["default", "enum", "const", "examples", "required"])
def test_a_dynamic_anchor_under_a_member_that_is_called_like_a_keyword_of_data_counts(name: str) -> None:
    strict = {"$id": "strict", "$ref": "list", "$defs": {"any": {"$dynamicAnchor": "item"}}}
    of_texts = {"$dynamicAnchor": "item", "type": "string"}
    texts = {"$id": "list", "type": "array", "items": {"$dynamicRef": "#item"}, "$defs": {"text": of_texts}}
    old = schema(type="object", properties={name: strict}, required=[name], **{"$defs": {"texts": texts}})
    old["$id"] = "http://example.com/root"
    new = schema(properties={name: {"items": {"type": "string"}}})

    compared = compare(old, new)

    assert is_refuted(old, new, {name: [1]})
    assert not compared.backward


@pytest.mark.parametrize(
    ("draft", "old", "new", "instance"),
    [
        (DRAFT_7, {"enum": ["{"], "contentMediaType": "application/json"}, {"type": "null"}, "{"),
        (DRAFT_7, {"enum": ["{"]}, {"not": {"contentMediaType": "application/json"}}, "{"),
        (DRAFT_7, {"const": "%"}, {"not": {"contentEncoding": "base64"}}, "%"),
        (DRAFT, {"enum": [{"a": 1}], "dependencies": {"a": ["b"]}}, {"type": "null"}, {"a": 1}),
        (DRAFT, {"const": {"a": 1}}, {"not": {"dependencies": {"a": ["b"]}}}, {"a": 1}),
        (DRAFT, {"const": "a", "$ref": "#/$defs/b/x"}, {"type": "null"}, "a"),
    ],
)
def test_of_listed_values_nothing_is_proven_by_what_only_some_validators_assert(
    draft: str, old: Json, new: Json, instance: Json
) -> None:
    beside = {"$defs": {"b": {"x": {"format": "date"}}}} if draft == DRAFT else {}
    old, new = {"$schema": draft, **old, **beside}, {"$schema": draft, **new}

    compared = compare(old, new)

    assert is_refuted(old, new, instance)
    assert not compared.backward
