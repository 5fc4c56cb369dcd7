import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.matching.errors import FilterError
from routing.matching.filters import DIALECTS, MAX_DEPTH, MAX_FILTERS, parse_filters

EVENT = {"type": "com.example.made", "source": "/a/b", "subject": None, "tenant": "acme", "level": "7"}


def holds(*filters: Any) -> bool:
    return parse_filters(list(filters)).holds(EVENT)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        ({"exact": {"type": "com.example.made"}}, True),
        ({"exact": {"type": "com.example.Made"}}, False),
        ({"exact": {"type": "com.example.made", "tenant": "acme"}}, True),
        ({"exact": {"type": "com.example.made", "tenant": "other"}}, False),
        ({"exact": {"subject": "x"}}, False),
        ({"prefix": {"source": "/a"}}, True),
        ({"prefix": {"source": "/b"}}, False),
        ({"prefix": {"source": "/a", "tenant": "b"}}, False),
        ({"prefix": {"subject": "x"}}, False),
        ({"suffix": {"type": ".made"}}, True),
        ({"suffix": {"type": ".gone"}}, False),
        ({"suffix": {"subject": "x"}}, False),
        ({"all": [{"prefix": {"type": "com."}}, {"suffix": {"type": ".made"}}]}, True),
        ({"all": [{"prefix": {"type": "com."}}, {"suffix": {"type": ".gone"}}]}, False),
        ({"any": [{"prefix": {"type": "org."}}, {"suffix": {"type": ".made"}}]}, True),
        ({"any": [{"prefix": {"type": "org."}}, {"suffix": {"type": ".gone"}}]}, False),
        ({"not": {"exact": {"tenant": "acme"}}}, False),
        ({"not": {"exact": {"subject": "x"}}}, True),
        ({"not": {"any": [{"exact": {"tenant": "b"}}, {"not": {"exact": {"level": "7"}}}]}}, True),
    ],
)
def test_a_dialect_holds_as_the_specification_says(one: dict[str, Any], expected: bool) -> None:
    assert holds(one) is expected


def test_all_filters_of_a_list_must_hold_and_none_always_does() -> None:
    assert holds()
    assert holds({"exact": {"tenant": "acme"}}, {"prefix": {"source": "/"}})
    assert not holds({"exact": {"tenant": "acme"}}, {"prefix": {"source": "/b"}})


def test_a_filter_says_which_attributes_it_reads() -> None:
    condition = parse_filters(
        [{"any": [{"exact": {"type": "a", "tenant": "b"}}, {"not": {"prefix": {"subject": "c"}}}]}]
    )

    assert condition.reads == {"type", "tenant", "subject"}


@pytest.mark.parametrize(
    ("value", "place", "words"),
    [
        ({}, "", "list"),
        (None, "", "list"),
        ([1], "/0", "object with one member"),
        ([{}], "/0", "object with one member"),
        ([{"exact": {"type": "a"}, "prefix": {"type": "a"}}], "/0", "object with one member"),
        ([{"exakt": {"type": "a"}}], "/0/exakt", "unknown dialect 'exakt'"),
        ([{"sql": "type = 'a'"}], "/0/sql", "sql (CESQL) is not supported yet"),
        ([{"exact": []}], "/0/exact", "exact must be an object"),
        ([{"exact": {}}], "/0/exact", "exact must be an object"),
        ([{"exact": {"type": 7}}], "/0/exact/type", "exact compares with a string, this is a number"),
        ([{"exact": {"type": None}}], "/0/exact/type", "this is null"),
        ([{"exact": {"type": ""}}], "/0/exact/type", "1 to 1024 characters"),
        ([{"exact": {"type": "x" * 1025}}], "/0/exact/type", "1 to 1024 characters"),
        ([{"exact": {"Type": "a"}}], "/0/exact/Type", "no name of an attribute"),
        ([{"exact": {"": "a"}}], "/0/exact/", "no name of an attribute"),
        ([{"exact": {"type\n": "a"}}], "/0/exact/type\n", "no name of an attribute"),
        ([{"exact": {"data": "a"}}], "/0/exact/data", "no name of an attribute"),
        ([{"exact": {"a/b~c": "a"}}], "/0/exact/a~1b~0c", "no name of an attribute"),
        ([{"all": []}], "/0/all", "at least one"),
        ([{"any": {}}], "/0/any", "at least one"),
        ([{"not": []}], "/0/not", "object with one member"),
        ([{"any": [{"exact": {"type": "a"}}, {"prefix": {"typ": 1}}]}], "/0/any/1/prefix/typ", "prefix compares"),
    ],
)
def test_an_error_names_its_place_and_the_dialect(value: Any, place: str, words: str) -> None:
    with pytest.raises(FilterError) as refused:
        parse_filters(value)

    assert refused.value.place == place
    assert words in refused.value.message


def nested(depth: int) -> list[Any]:
    one: dict[str, Any] = {"exact": {"type": "a"}}
    for _ in range(depth):
        one = {"not": one}
    return [one]


def test_depth_and_number_are_bounded() -> None:
    """H24."""
    parse_filters(nested(MAX_DEPTH - 1))
    parse_filters([{"any": [{"exact": {"type": "a"}}] * (MAX_FILTERS // 2 - 1)}])

    with pytest.raises(FilterError, match="nested more than"):
        parse_filters(nested(MAX_DEPTH))
    with pytest.raises(FilterError, match="more than 200 filters"):
        parse_filters([{"exact": {f"a{n}": "a" for n in range(MAX_FILTERS)}}])


def test_a_hostile_expression_is_refused_at_once_and_briefly() -> None:
    """H24: one of 100,000 alternatives, one nested 500 deep, one with a name of ten million characters."""
    started = time.perf_counter()

    for hostile in ([{"any": [{"exact": {"type": "a"}}] * 100_000}], nested(500), [{"a" * 10_000_000: 1}]):
        with pytest.raises(FilterError) as refused:
            parse_filters(hostile)
        assert len(str(refused.value)) < 400

    assert time.perf_counter() - started < 0.5


KEYS = [*DIALECTS, "type"]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*DIALECTS, "type"]), inner, max_size=2)
    ),
    max_leaves=20,
)


@given(value=json_values)
def test_whatever_json_is_typed_is_parsed_or_refused_with_a_place(value: Any) -> None:
    refused: FilterError | None = None

    try:
        condition = parse_filters(value)
    except FilterError as error:
        refused = error
    else:
        values = dict.fromkeys(condition.reads, "a")
        assert condition.holds(values) is (condition.failure(values) is None)

    assert refused is None or refused.place == "" or refused.place.startswith("/")


def test_a_failure_names_the_condition_and_never_the_events_value() -> None:
    condition = parse_filters([{"prefix": {"type": "com."}}, {"exact": {"tenant": "wanted"}}])

    assert condition.failure(EVENT) == "/1/exact/tenant: exact tenant 'wanted'"
