"""Arrays of schemas: alternatives are told apart by content, items by position."""

from typing import Any

import pytest

from events.schemas.merging.merge import merge
from tests.schemas.merging.made import INTEGER, STRING, found

Json = Any
NULL, SHORT = {"type": "null"}, {"type": "string", "maxLength": 3}


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
def test_one_side_edits_an_alternative_and_the_other_adds_one(keyword: str) -> None:
    merged = merge({keyword: [STRING, INTEGER]}, {keyword: [SHORT, INTEGER]}, {keyword: [NULL, INTEGER, STRING]})

    assert merged.schema == {keyword: [SHORT, INTEGER, NULL]}
    assert merged.conflicts == ()


def test_sides_that_edit_different_alternatives_do_not_meet() -> None:
    named = {**INTEGER, "minimum": 0}

    merged = merge({"allOf": [STRING, INTEGER]}, {"allOf": [SHORT, INTEGER]}, {"allOf": [STRING, named]})

    assert merged.schema == {"allOf": [SHORT, named]}
    assert merged.conflicts == ()


def test_an_alternative_that_both_edited_is_merged() -> None:
    merged = merge({"anyOf": [NULL, SHORT]}, {"anyOf": [NULL, {**SHORT, "maxLength": 5}]}, {"anyOf": [NULL, STRING]})

    assert merged.schema == {"anyOf": [NULL, STRING]}
    assert found(merged) == {("/anyOf/1/maxLength", "limit_loosened", "WARN")}


def test_an_alternative_added_by_both_is_there_once() -> None:
    merged = merge({"anyOf": [STRING]}, {"anyOf": [STRING, NULL, INTEGER]}, {"anyOf": [STRING, INTEGER]})

    assert merged.schema == {"anyOf": [STRING, NULL, INTEGER]}


def test_alternatives_of_which_one_may_fit_are_told_when_both_added_some() -> None:
    merged = merge({"oneOf": [STRING]}, {"oneOf": [STRING, NULL]}, {"oneOf": [STRING, INTEGER]})

    assert merged.schema == {"oneOf": [STRING, NULL, INTEGER]}
    assert found(merged) == {("/oneOf", "alternatives_added", "WARN")}


def test_new_alternatives_of_both_are_all_allowed() -> None:
    merged = merge({}, {"anyOf": [STRING, NULL]}, {"anyOf": [INTEGER]})

    assert merged.schema == {"anyOf": [STRING, NULL, INTEGER]}
    assert found(merged) == {("/anyOf", "alternatives_union", "WARN")}


def test_an_alternative_that_is_there_twice_so_that_none_fits_needs_a_person() -> None:
    merged = merge({"oneOf": [STRING]}, {"oneOf": [STRING, STRING]}, {"oneOf": [STRING, NULL]})

    assert merged.schema == {"oneOf": [STRING, STRING]}
    assert found(merged) == {("/oneOf", "changed_differently", "ERROR")}


def test_alternatives_of_which_none_is_left_block() -> None:
    merged = merge({"anyOf": [STRING, INTEGER]}, {"anyOf": [STRING]}, {"anyOf": [INTEGER]})

    assert merged.schema == {"anyOf": [STRING]}
    assert found(merged) == {("/anyOf", "nothing_left", "BLOCK")}


def test_conditions_of_which_none_is_left_are_gone() -> None:
    merged = merge({"allOf": [STRING, INTEGER]}, {"allOf": [STRING]}, {"allOf": [INTEGER]})

    assert merged.schema == {}
    assert merged.conflicts == ()


def test_alternatives_that_a_reference_counts_are_not_reordered() -> None:
    def schema(*alternatives: Json) -> Json:
        return {"anyOf": list(alternatives), "properties": {"a": {"$ref": "#/anyOf/1"}}}

    merged = merge(schema(STRING, INTEGER, NULL), schema(INTEGER, NULL), schema(STRING, INTEGER, NULL, SHORT))

    assert merged.schema == schema(INTEGER, NULL)
    assert found(merged) == {("/anyOf", "changed_differently", "ERROR")}


def test_items_are_merged_by_position() -> None:
    merged = merge(
        {"prefixItems": [STRING, INTEGER]},
        {"prefixItems": [SHORT, INTEGER]},
        {"prefixItems": [STRING, {**INTEGER, "minimum": 0}, NULL]},
    )

    assert merged.schema == {"prefixItems": [SHORT, {**INTEGER, "minimum": 0}, NULL]}
    assert merged.conflicts == ()


def test_positions_that_one_removed_before_those_of_the_other_need_a_person() -> None:
    base = [STRING, INTEGER]

    merged = merge({"prefixItems": base}, {"prefixItems": [STRING]}, {"prefixItems": [*base, NULL]})

    assert merged.schema == {"prefixItems": [STRING]}
    assert found(merged) == {("/prefixItems", "positions_moved", "ERROR")}


def test_items_of_draft_7_are_one_schema_or_positions() -> None:
    merged = merge({"items": [STRING]}, {"items": [SHORT]}, {"items": STRING, "additionalItems": False})

    assert found(merged) == {("/items", "changed_differently", "ERROR")}


def test_dependencies_are_merged_by_name() -> None:
    base: Json = {"dependencies": {"a": ["b"], "c": STRING}}
    ours = {"dependencies": {"a": ["b", "x"], "c": STRING}}
    theirs = {"dependencies": {"a": ["b", "y"], "c": SHORT}}

    merged = merge(base, ours, theirs)

    assert merged.schema == {"dependencies": {"a": ["b", "x", "y"], "c": SHORT}}
    assert merged.conflicts == ()
