"""Work is bounded by the size of what comes in: counted, not timed."""

import base64
import json
import random
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from events.pii.detection import TooMuchError, scan_text, work
from events.pii.detection.forms.crowd import CROWD
from events.pii.detection.gate import signs
from events.pii.detection.work import MOST, Cost
from tests.pii.detection.found import in_data


def wrapped(size: int) -> str:
    text = "a@b.co or not"
    while len(text) < size * 3 // 4:
        text = base64.b64encode(text.encode()).decode()
    return text


HOSTILE: dict[str, Callable[[int], str]] = {
    "digits": lambda size: "1234567890" * (size // 10),
    "digits apart": lambda size: "1 " * (size // 2),
    "groups of four": lambda size: "4111 1112 " * (size // 10),
    "at": lambda size: "@" * size,
    "a at": lambda size: "a@" * (size // 2),
    "percent": lambda size: "%25" * (size // 3),
    "percent twice": lambda size: "%25%32%35" * (size // 9),
    "base64 in base64": wrapped,
    "brackets": lambda size: "[" * size,
    "json": lambda size: json.dumps(["x"] * (size // 5)),
    "colons": lambda size: "ab:" * (size // 3),
    "dots": lambda size: "1." * (size // 2),
    "urls": lambda size: "://a:" * (size // 5),
    "beginnings of keys": lambda size: "-----BEGIN PRIVATE KEY-----" * (size // 27),
    "beginnings of tokens": lambda size: "eyJhbGciOiJ." * (size // 12),
    "full width": lambda size: "\uff11" * (size // 3),
    "long characters": lambda size: "\ufdfa" * (size // 3),
    "entities": lambda size: "&#64;" * (size // 5),
    "births": lambda size: "born " * (size // 5),
    "emails": lambda size: "a@b.co " * (size // 7),
    "phones": lambda size: "call 555-123-4567 " * (size // 18),
    "nearly accounts": lambda size: "DE44 5001 0517 5407 3249 32 " * (size // 28),
    "nearly passwords": lambda size: "a://b:c " * (size // 8),
    "a chain of cards": lambda size: "4111 1111 1111 1111 " * (size // 20),
    "nearly tokens": lambda size: "eyJhbGciOiJIUzI1NiJ9.eyJz.x " * (size // 28),
    "short base64": lambda size: "YUBiLmNvYUBiLmNv/" * (size // 17),
    "names in json": lambda size: json.dumps({f"k{number}": 1 for number in range(size // 12)}),
    "personal names in json": lambda size: json.dumps({f"a{number}@b.co": 1 for number in range(size // 17)}),
    "json in json in json": lambda size: json.dumps(json.dumps(json.dumps(["a@b.co"] * (size // 30)))),
    "ports": lambda size: "1.2.3.4:5 " * (size // 10),
    "headers": lambda size: "authorization: Basic YTpiYTpi " * (size // 29),
    "passwords": lambda size: "password: a1b2c3 page_token: a1b2c3 " * (size // 36),
    "parameters": lambda size: "phone=5551234567&" * (size // 17),
    "slugs": lambda size: "call-a-1029027937" * (size // 17),
    "nearly accounts of a country": lambda size: "ES91 2100 0418 45 020005133 " * (size // 28),
    "control characters": lambda size: "a\x01@b.co" * (size // 7),
}


def work_of(text: str) -> int:
    """How many calls and returns of functions, in Python and in C, it takes to read a text."""
    count = 0

    def note(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += 1

    sys.setprofile(note)
    try:
        scan_text(text)
    except TooMuchError:
        pass
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("what", HOSTILE)
def test_work_grows_no_faster_than_size(what: str) -> None:
    make = HOSTILE[what]
    small, large = make(20_000), make(80_000)

    few, many = work_of(small), work_of(large)

    assert many <= few * 1.25 * len(large) / len(small) + 2_000


@pytest.mark.parametrize("what", HOSTILE)
def test_no_more_is_looked_at_one_by_one_than_the_bound(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However large a text is: what is not bounded is done by a few calls of functions in C."""
    monkeypatch.setattr(work, "MOST", 500)

    assert work_of(HOSTILE[what](100_000)) < 80_000


@pytest.mark.parametrize(
    "data",
    [
        {f"name{number}": 1 for number in range(MOST // Cost.NAME + 1)},
        [f"{number}@b.co" for number in range(MOST // Cost.FOUND)],
        json.dumps(list(range(MOST // Cost.MEMBER + 1))),
        [{"email": "x"}] * (MOST // Cost.FOUND + 1),
    ],
    ids=["names", "addresses", "json in a string", "by name"],
)
def test_an_event_with_more_than_that_is_refused_rather_than_half_read(data: Any) -> None:
    with pytest.raises(TooMuchError):
        in_data(data)


def test_large_events_without_much_that_looks_personal_are_read_to_the_end() -> None:
    plain = [{"id": f"{number:032x}", "at": 1_767_225_600_000 + number, "text": "x" * 40} for number in range(20_000)]

    found = in_data([*plain, "a@b.co"])

    assert [finding.path for finding in found] == ["/data/20000"]


def test_a_text_crowded_with_a_kind_is_one_finding_of_that_kind() -> None:
    (crowded,) = scan_text("a@b.co " * (CROWD + 1))
    full = scan_text("a@b.co " * (CROWD - 1))

    assert (crowded.kind, crowded.start, crowded.end) == ("email", 0, 7 * (CROWD + 1))
    assert len(full) == CROWD - 1


def test_what_else_is_in_a_crowded_text_is_told_with_it() -> None:
    (found,) = scan_text("a@b.co " * (CROWD + 1) + "4111111111111111")

    assert found.also == ("credit_card",)


def test_other_texts_beside_a_crowded_one_are_read_to_the_end() -> None:
    found = in_data(["a@b.co " * (CROWD + 1), "c@d.co", "e@f.co"])

    assert [finding.path for finding in found] == ["/data/0", "/data/1", "/data/2"]


@pytest.mark.parametrize(
    "alphabet", [b"abcABC0189+/", b"0123456789 -./()+", b"0123456789abcdef:-.", bytes(range(32, 127))]
)
def test_the_automaton_of_the_gate_stays_small_on_random_text(alphabet: bytes) -> None:
    """With a pattern of too many states it takes 4 seconds, without 0.05; only that is told apart here."""
    text = bytes(random.Random(1).choices(alphabet, k=256 * 1024))

    started = time.process_time()
    signs(text)

    assert time.process_time() - started < 1
