"""What is resolved by the looser of two: what is valid for either side stays valid."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.schemas.documents.document import parse_schema
from events.schemas.documents.validator import compile_validator
from events.schemas.merging.merge import merge
from tests.schemas.merging.made import found

Json = Any
WIDENED = frozenset(
    ["limit_loosened", "schema_loosened", "restriction_lifted", "type_widened", "enum_union", "alternatives_union"]
)
SCALARS: list[Json] = [None, True, False, 0, 1, 2, 3, 4.5, 6, 12, "", "a", "abc"]
VALUES: list[Json] = [*SCALARS, [], [1], [1, 1], [1, 2, 3], {}, {"a": 1}]
TYPES = ["string", "integer", "number", "object", "null", "boolean", "array"]
LIMITS = st.integers(0, 4)
KEYWORDS: dict[str, st.SearchStrategy[Json]] = {
    "type": st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True),
    "enum": st.lists(st.sampled_from(VALUES), min_size=1, max_size=4),
    "multipleOf": st.sampled_from([0.1, 0.5, 1, 2, 3, 6]),
    "uniqueItems": st.booleans(),
    "additionalProperties": st.sampled_from([True, False, {"type": "string"}, {"type": "integer"}]),
    "anyOf": st.lists(st.sampled_from([{"type": name} for name in TYPES]), min_size=1, max_size=3),
    **dict.fromkeys(("minimum", "exclusiveMaximum", "maxLength", "minItems", "maxProperties"), LIMITS),
}


@given(st.data())
def test_what_is_valid_for_either_side_is_valid_for_what_is_called_wider(data: st.DataObject) -> None:
    keyword = data.draw(st.sampled_from(sorted(KEYWORDS)))
    sides = st.fixed_dictionaries({}, optional={keyword: KEYWORDS[keyword]})
    base, ours, theirs = data.draw(sides), data.draw(sides), data.draw(sides)

    merged = merge(base, ours, theirs)

    if {kind for _, kind, _ in found(merged)} & WIDENED:
        judges = [compile_validator(parse_schema(schema)) for schema in (ours, theirs, merged.schema)]
        for value in VALUES:
            valid = [judge.is_valid(value) for judge in judges]
            assert valid[2] or not any(valid[:2])


@pytest.mark.parametrize(
    ("keyword", "base", "ours", "theirs", "looser"),
    [
        ("maximum", 10, 20, 30, 30),
        ("maximum", 10, 5, 8, 8),
        ("minimum", 10, 5, 0, 0),
        ("minLength", 1, 3, 2, 2),
        ("multipleOf", 1, 6, 3, 3),
        ("multipleOf", 0.3, 0.1, 0.05, 0.05),
    ],
)
def test_a_limit_that_both_moved_one_way_is_the_looser(
    keyword: str, base: Json, ours: Json, theirs: Json, looser: Json
) -> None:
    merged = merge({keyword: base}, {keyword: ours}, {keyword: theirs})

    assert merged.schema == {keyword: looser}
    assert found(merged) == {(f"/{keyword}", "limit_loosened", "WARN")}


@pytest.mark.parametrize(("ours", "theirs"), [(5, 30), (30, 5)])
def test_a_limit_moved_in_opposite_directions_needs_a_person(ours: int, theirs: int) -> None:
    merged = merge({"maximum": 10}, {"maximum": ours}, {"maximum": theirs})

    assert merged.schema == {"maximum": ours}
    assert found(merged) == {("/maximum", "changed_differently", "ERROR")}


def test_a_default_that_one_wrote_down_and_the_other_left_out_is_written_down() -> None:
    base, written, left_out = {"uniqueItems": True}, {"uniqueItems": False}, {"title": "t"}

    assert merge(base, written, left_out).schema == {"uniqueItems": False, "title": "t"}
    assert merge(base, left_out, written).schema == {"uniqueItems": False, "title": "t"}


def test_multiples_of_which_neither_is_the_looser_need_a_person() -> None:
    merged = merge({"multipleOf": 1}, {"multipleOf": 4}, {"multipleOf": 6})

    assert found(merged) == {("/multipleOf", "changed_differently", "ERROR")}


def test_a_limit_that_one_raised_and_the_other_lifted_is_lifted() -> None:
    merged = merge({"maximum": 10, "minimum": 0}, {"minimum": 0}, {"maximum": 20, "minimum": 0})

    assert merged.schema == {"minimum": 0}
    assert found(merged) == {("/maximum", "limit_loosened", "WARN")}


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "types", "kind"),
    [
        ("integer", "number", ["integer", "null"], ["number", "null"], "type_widened"),
        ("string", "integer", "boolean", ["integer", "boolean"], "type_widened"),
        ("integer", "number", ["integer", "number"], "number", "type_widened"),
        (["string", "null"], "string", ["string", "null", "integer"], ["string", "integer"], "type_merged"),
    ],
)
def test_types_that_both_changed_are_those_that_either_allows(
    base: Json, ours: Json, theirs: Json, types: Json, kind: str
) -> None:
    merged = merge({"type": base}, {"type": ours}, {"type": theirs})

    assert merged.schema == {"type": types}
    assert found(merged) == {("/type", kind, "WARN")}


def test_types_of_which_each_side_keeps_another_block() -> None:
    merged = merge({"type": ["string", "null"]}, {"type": "string"}, {"type": "null"})

    assert merged.schema == {"type": "string"}
    assert found(merged) == {("/type", "nothing_left", "BLOCK")}


def test_values_that_either_side_added_are_allowed() -> None:
    merged = merge({"enum": ["a"]}, {"enum": ["a", "b"]}, {"enum": ["c", "a"]})

    assert merged.schema == {"enum": ["a", "b", "c"]}
    assert found(merged) == {("/enum", "enum_union", "WARN")}


def test_values_that_either_side_removed_are_not() -> None:
    merged = merge({"enum": ["a", "b", "c"]}, {"enum": ["a", "b"]}, {"enum": ["b", "c"]})

    assert merged.schema == {"enum": ["b"]}
    assert found(merged) == {("/enum", "enum_merged", "WARN")}


def test_values_of_which_nothing_is_left_block() -> None:
    merged = merge({"enum": ["a", "b"]}, {"enum": ["a"]}, {"enum": ["b"]})

    assert merged.schema == {"enum": ["a"]}
    assert found(merged) == {("/enum", "nothing_left", "BLOCK")}


def test_where_both_closed_an_object_the_one_that_left_it_open_to_some_is_taken() -> None:
    base: Json = {"properties": {}}

    merged = merge(base, {**base, "additionalProperties": False}, {**base, "additionalProperties": {"type": "string"}})

    assert merged.schema == {**base, "additionalProperties": {"type": "string"}}
    assert found(merged) == {("/additionalProperties", "schema_loosened", "WARN")}


@pytest.mark.parametrize("around", ["not", "if", "contains"])
def test_nothing_is_called_wider_where_it_makes_the_whole_narrower(around: str) -> None:
    def inside(maximum: int) -> Json:
        return {around: {"maximum": maximum}, "maxContains": 3}

    merged = merge(inside(10), inside(20), inside(30))

    assert found(merged) == {(f"/{around}/maximum", "changed_differently", "ERROR")}


def test_nor_in_a_definition_that_a_negation_refers_to() -> None:
    def referring(maximum: int) -> Json:
        return {"not": {"$ref": "#/$defs/a"}, "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"maximum": maximum}}}

    merged = merge(referring(10), referring(20), referring(30))

    assert merged.schema == referring(20)
    assert found(merged) == {("/$defs/b/maximum", "changed_differently", "ERROR")}
