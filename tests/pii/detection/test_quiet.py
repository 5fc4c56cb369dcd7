"""Several events looked at at once: never said to hold nothing where one by one something is found."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.sample import events
from events.pii.detection import Examined, detect, quiet, work
from events.pii.treat import examined_of, found_in, parsed
from tests.pii.detection.test_properties import EXAMPLES, JSON, TEXTS
from tests.pii.markers.disguises import DISGUISES
from tests.pii.markers.made import MARKERS, Marker

CLEAN = [examined_of(event, parsed(event)) for event in events("quiet", 3)]
ATTRIBUTES = st.dictionaries(st.sampled_from(["id", "subject", "email", "phone1", "a1"]), TEXTS, max_size=3)


def among_others(one: Examined) -> list[Examined]:
    return [CLEAN[0], one, *CLEAN[1:]]


def test_where_nothing_is_personal_it_says_so() -> None:
    assert quiet(CLEAN)


@EXAMPLES
@given(st.lists(st.tuples(JSON, ATTRIBUTES), min_size=1, max_size=4))
def test_it_never_says_so_where_one_by_one_something_is_found(made: list[tuple[Any, dict[str, str]]]) -> None:
    examined = [Examined(data, attributes) for data, attributes in made]

    if quiet(examined):
        assert [found_in(one) for one in examined] == [[] for _ in examined]


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("marker", MARKERS, ids=lambda marker: marker.kind)
def test_h31_a_marker_among_others_is_not_overlooked(marker: Marker, disguise: str) -> None:
    hidden = DISGUISES[disguise](marker.text)
    for one in (
        Examined({marker.field: hidden}, {}),
        Examined(["x", {marker.alone: 1}], {}),
        Examined(None, {"id": "1", "subject": DISGUISES[disguise](marker.alone)}),
    ):
        assert not (detect(one) and quiet(among_others(one)))


@pytest.mark.parametrize(
    "one",
    [
        Examined(b"jane@example.com", {}),
        Examined({"email": "x"}, {}),
        Examined({"customer": {"firstName": "x"}}, {}),
        Examined({"birth": "1980-01-31"}, {}),
        Examined({"n": 4111111111111111}, {}),
        Examined({"n": 4.111111111111111e15}, {}),
        Examined({"a": ["wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"]}, {}),
        Examined({}, {"4111111111111111": "x"}),
    ],
    ids=["bytes", "a name", "a name in a name", "a hint", "a number", "a double", "a secret", "an attribute's name"],
)
def test_what_has_no_loud_sign_is_not_overlooked_either(one: Examined) -> None:
    assert found_in(one)
    assert not quiet(among_others(one))


def test_what_is_more_than_can_be_searched_is_not_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "MOST", 1)

    assert not quiet([Examined({"neverSeenBefore": 1, "norThis": 2}, {})])
