"""That the search for markers finds what is there, in whatever spelling, and nothing else."""

import html
import json
import uuid
from collections.abc import Callable, Mapping

import pytest

from tests.pii.markers.disguises import DISGUISES, escaped
from tests.pii.markers.made import MARKERS, Marker
from tests.pii.markers.search import Place, find

SPELLED: Mapping[str, Callable[[str], str]] = {
    **DISGUISES,
    "capitals": str.upper,
    "small letters": str.lower,
    "in a sentence": lambda text: f"(see {text}, please)",
    "in JSON": lambda text: json.dumps({"a": text}),
    "in HTML": html.escape,
    "in JSON in HTML": lambda text: html.escape(json.dumps(text)),
    "in escapes": lambda text: escaped(json.dumps(text)),
    "in a repr": lambda text: repr(text.encode()),
    "in hexadecimal": lambda text: text.encode().hex(),
    "later in base64": lambda text: DISGUISES["base64"](f"1{text}2"),
    "still later in base64": lambda text: DISGUISES["base64"](f"12{text}34"),
    "for URLs in base64": lambda text: DISGUISES["base64"](text).translate(str.maketrans("+/", "-_")),
}
LONG = [marker for marker in MARKERS if len(marker.hidden[0]) >= 16]


def _hits(text: str) -> bool:
    return bool(find([Place("here", text)]))


@pytest.mark.parametrize("spelled", SPELLED.values(), ids=SPELLED)
@pytest.mark.parametrize("marker", MARKERS, ids=lambda marker: marker.kind)
def test_it_finds_each_kind_in_each_spelling(marker: Marker, spelled: Callable[[str], str]) -> None:
    assert all(_hits(spelled(secret)) for secret in marker.hidden)


@pytest.mark.parametrize("separator", ["", " ", "-", ".", ":", "/"])
def test_it_finds_digits_however_they_are_parted(separator: str) -> None:
    assert _hits(f"card {separator.join('4556737586899855')} of")


@pytest.mark.parametrize("marker", LONG, ids=lambda marker: marker.kind)
def test_it_finds_a_part_of_a_long_one(marker: Marker) -> None:
    secret = marker.hidden[0]
    half = len(secret) // 2

    assert _hits(f"[redacted]{secret[half:]}")
    assert _hits(f"{secret[:half]}[redacted]")


def test_it_says_where_it_found_what() -> None:
    (hit,) = find([Place("elsewhere", "nothing"), Place("a table", "born on 1931-10-27, it says")])[:1]

    assert (hit.place, hit.spelling, hit.around) == ("a table", "1931-10-27", "born on 1931-10-27, it says")


def test_it_finds_nothing_in_what_is_random() -> None:
    texts = [f"{uuid.uuid4()} {uuid.uuid4().hex} {number * 7919}" for number in range(2000)]

    assert find([Place("random", "\n".join(texts))]) == []
