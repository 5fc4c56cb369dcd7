"""What becomes of two sets of edits: the schema, and the conflicts where they meet."""

from typing import Any

import pytest

from events.schemas.documents.errors import SchemaError
from events.schemas.merging.merge import merge
from events.schemas.merging.values import ABSENT
from tests.schemas.merging.made import INTEGER, STRING, an_object, found

Json = Any
DRAFT_7 = "http://json-schema.org/draft-07/schema#"
DRAFT_2020 = "https://json-schema.org/draft/2020-12/schema"


def test_it_takes_properties_that_either_side_added() -> None:
    base = an_object(a=STRING)

    merged = merge(base, an_object(a=STRING, b=INTEGER), an_object(a=STRING, c=STRING))

    assert merged.schema == an_object(a=STRING, b=INTEGER, c=STRING)
    assert merged.conflicts == ()


def test_members_stand_in_the_order_of_ours_and_then_what_theirs_added() -> None:
    base = an_object(b=STRING, a=STRING)

    merged = merge(base, an_object(z=STRING, a=STRING, b=STRING), an_object(c=STRING, b=STRING, a=STRING))

    assert list(merged.schema["properties"]) == ["z", "a", "b", "c"]


def test_it_takes_edits_of_the_same_property_that_do_not_meet() -> None:
    base = an_object(a=STRING)

    merged = merge(base, an_object(a={**STRING, "minLength": 1}), an_object(a={**STRING, "maxLength": 9}))

    assert merged.schema == an_object(a={**STRING, "minLength": 1, "maxLength": 9})
    assert merged.conflicts == ()


def test_required_names_are_added_and_removed_as_each_side_did() -> None:
    base = {**an_object(a=STRING, b=STRING, c=STRING), "required": ["a", "b"]}

    merged = merge(base, {**base, "required": ["b"]}, {**base, "required": ["a", "b", "c"]})

    assert merged.schema["required"] == ["b", "c"]
    assert merged.conflicts == ()


def test_a_property_that_both_added_has_the_constraints_of_both() -> None:
    ours, theirs = {**STRING, "maxLength": 9}, {**STRING, "pattern": "^a"}

    merged = merge(an_object(), an_object(a=ours), an_object(a=theirs))

    assert merged.schema == an_object(a={**STRING, "maxLength": 9, "pattern": "^a"})
    assert found(merged) == {("/properties/a", "added_by_both", "WARN")}


def test_a_property_that_one_removed_and_the_other_changed_is_left_as_in_ours() -> None:
    base = an_object(a=STRING, b=STRING)

    merged = merge(base, an_object(b=STRING), an_object(a={**STRING, "maxLength": 9}, b=STRING))

    assert merged.schema == an_object(b=STRING)
    assert found(merged) == {("/properties/a", "removed_and_changed", "ERROR")}
    assert not merged.is_clean


def test_a_property_that_one_requires_and_the_other_removed_is_left_as_in_ours() -> None:
    base, requires = an_object(a=STRING, b=STRING), {**an_object(a=STRING, b=STRING), "required": ["b"]}

    kept = merge(base, requires, an_object(a=STRING))
    removed = merge(base, an_object(a=STRING), requires)

    assert kept.schema == requires
    assert removed.schema == {**an_object(a=STRING), "required": []}
    assert found(kept) == found(removed) == {("/properties/b", "required_removed", "ERROR")}


def test_annotations_that_both_changed_are_told_and_left_as_in_ours() -> None:
    merged = merge({"description": "a"}, {"description": "b"}, {"description": "c", "title": "t"})

    assert merged.schema == {"description": "b", "title": "t"}
    assert found(merged) == {("/description", "annotation_changed", "INFO")}
    assert merged.is_clean


def test_patterns_that_both_changed_need_a_person() -> None:
    merged = merge({"pattern": "^a"}, {"pattern": "^b"}, {"pattern": "^c"})

    assert merged.schema == {"pattern": "^b"}
    assert found(merged) == {("/pattern", "changed_differently", "ERROR")}


def test_different_constants_block() -> None:
    merged = merge(STRING, {**STRING, "const": "a"}, {**STRING, "const": "b"})

    assert merged.schema == {**STRING, "const": "a"}
    assert found(merged) == {("/const", "const_differs", "BLOCK")}


@pytest.mark.parametrize(
    ("ours", "theirs", "kind"),
    [
        ({"minimum": 5}, {"maximum": 3}, "numbers_crossed"),
        ({"minimum": 5}, {"exclusiveMaximum": 5}, "numbers_crossed"),
        ({"minLength": 5}, {"maxLength": 3}, "lengths_crossed"),
        ({"minItems": 5}, {"maxItems": 3}, "items_crossed"),
        ({"minProperties": 5}, {"maxProperties": 3}, "properties_crossed"),
        ({"enum": ["a"]}, {"type": "integer"}, "values_disjoint"),
        ({"const": True}, {"type": "integer"}, "values_disjoint"),
        ({"const": "a"}, {"enum": ["b", "c"]}, "values_disjoint"),
    ],
    ids=str,
)
def test_keywords_that_contradict_each_other_block(ours: Json, theirs: Json, kind: str) -> None:
    merged = merge({"title": "t"}, {"title": "t", **ours}, {"title": "t", **theirs})

    assert merged.schema == {"title": "t", **ours}
    assert found(merged) == {("", kind, "BLOCK")}


def test_keywords_that_agree_with_each_other_do_not_block() -> None:
    merged = merge({}, {"enum": [1, 2.0, "a"]}, {"type": "integer", "const": 2})

    assert merged.schema == {"enum": [1, 2.0, "a"], "type": "integer", "const": 2}
    assert merged.conflicts == ()


def test_schemas_of_different_drafts_are_not_merged() -> None:
    base = {"$schema": DRAFT_7}

    merged = merge(base, {"$schema": DRAFT_2020}, {"$schema": DRAFT_7, **STRING})

    assert merged.schema == {"$schema": DRAFT_2020}
    assert found(merged) == {("/$schema", "drafts_differ", "BLOCK")}


def test_a_constraint_beside_a_new_reference_is_not_lost_in_draft_7() -> None:
    base = {"$schema": DRAFT_7, "definitions": {"a": STRING}, "properties": {"p": STRING}}
    ours = {**base, "properties": {"p": {"$ref": "#/definitions/a"}}}
    theirs = {**base, "properties": {"p": {**STRING, "minLength": 3}}}

    merged = merge(base, ours, theirs)

    assert merged.schema == ours
    assert found(merged) == {("/properties/p", "reference_changed", "ERROR")}


def test_a_conflict_tells_null_from_nothing() -> None:
    conflict = merge({"const": 1}, {}, {"const": None}).conflicts[0]

    assert (conflict.base, conflict.ours, conflict.theirs, conflict.chosen) == (1, ABSENT, None, ABSENT)
    assert conflict.as_json() == {
        "path": "/const",
        "kind": "removed_and_changed",
        "severity": "ERROR",
        "message": "One removed what the other changed.",
        "resolution": "open",
        "base": 1,
        "theirs": None,
    }


def test_a_merge_as_json_has_schema_and_conflicts() -> None:
    merged = merge({"maximum": 1}, {"maximum": 2}, {"maximum": 3}).as_json()

    assert merged["schema"] == {"maximum": 3}
    assert merged["clean"] is True
    assert [conflict["resolution"] for conflict in merged["conflicts"]] == ["automatic"]


def test_a_path_is_a_json_pointer() -> None:
    merged = merge(an_object(), an_object(**{"a/~": {"const": 1}}), an_object(**{"a/~": {"const": 2}}))

    assert "/properties/a~1~0/const" in {conflict.path for conflict in merged.conflicts}


def test_true_is_not_one() -> None:
    merged = merge({"const": 1}, {"const": True}, {"const": 1})

    assert merged.schema["const"] is True


@pytest.mark.parametrize("place", range(3))
def test_it_says_which_of_the_three_is_no_schema(place: int) -> None:
    three: list[Json] = [{}, {}, {}]
    three[place] = {"type": "nothing"}

    with pytest.raises(SchemaError) as refused:
        merge(*three)

    assert refused.value.problems[0].message.startswith(("base:", "ours:", "theirs:")[place])


def test_a_schema_nested_too_deep_is_refused() -> None:
    deep: Json = {}
    for _ in range(10_000):
        deep = {"not": deep}

    with pytest.raises(SchemaError, match="nested"):
        merge({}, deep, {"not": {}})


def test_edits_at_the_deepest_place_allowed_are_merged() -> None:
    def deep(leaf: Json) -> Json:
        for _ in range(60):
            leaf = {"items": leaf}
        return leaf

    merged = merge(deep({}), deep({"minimum": 1}), deep({"maximum": 2}))

    assert merged.schema == deep({"minimum": 1, "maximum": 2})
