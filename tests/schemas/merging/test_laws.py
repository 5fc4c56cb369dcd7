"""What holds of every merge, tried on generated schemas."""

import json
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from events.schemas.documents.document import parse_schema
from events.schemas.documents.errors import SchemaError
from events.schemas.merging.conflict import Merge
from events.schemas.merging.merge import merge
from tests.schemas.merging.made import documents, edited, found, unordered

Json = Any
OFTEN = settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@st.composite
def threes(draw: st.DrawFn) -> tuple[Json, Json, Json]:
    base = draw(documents())
    three = (base, draw(edited(base)), draw(edited(base)))
    assume(all(map(is_schema, three)))
    return three


def is_schema(value: Json) -> bool:
    try:
        parse_schema(value)
    except SchemaError:
        return False
    return True


@OFTEN
@given(threes())
def test_a_merge_is_a_valid_schema(three: tuple[Json, Json, Json]) -> None:
    merged = merge(*three)

    parse_schema(merged.schema)


@OFTEN
@given(threes())
def test_what_only_one_side_changed_is_taken_as_it_is(three: tuple[Json, Json, Json]) -> None:
    base, changed, _ = three

    assert merge(base, changed, base) == Merge(changed)
    assert merge(base, base, changed) == Merge(changed)
    assert json.dumps(merge(base, base, changed).schema) == json.dumps(changed)


@OFTEN
@given(threes())
def test_what_both_sides_changed_alike_is_no_conflict(three: tuple[Json, Json, Json]) -> None:
    base, changed, _ = three

    assert merge(base, changed, changed) == Merge(changed)


@OFTEN
@given(threes())
def test_it_finds_the_same_conflicts_whichever_side_is_ours(three: tuple[Json, Json, Json]) -> None:
    base, ours, theirs = three

    one, other = merge(base, ours, theirs), merge(base, theirs, ours)

    assert found(one) == found(other)
    if all(conflict.resolution == "automatic" for conflict in one.conflicts):
        assert unordered(one.schema) == unordered(other.schema)


@OFTEN
@given(threes())
def test_it_changes_nothing_it_is_given(three: tuple[Json, Json, Json]) -> None:
    before = json.dumps(three)

    merge(*three)

    assert json.dumps(three) == before
