"""Pairs that were once answered wrongly, each with an instance that shows it."""

from typing import Any

import jsonschema
import pytest

from events.schemas.compatibility.compare import compare

Json = Any
DRAFT = "https://json-schema.org/draft/2020-12/schema"
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
    one, other = jsonschema.Draft202012Validator(old), jsonschema.Draft202012Validator(new)
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
