"""Tokens are opened in the event that they belong to, and nowhere else."""

import json

import pytest

from events.envelope import CloudEvent
from events.pii.detection import Finding, Kind
from events.pii.policies.action import Action
from events.pii.protection import Unreadable, reveal, reveal_text
from events.pii.protection.reseal import resealed
from events.pii.tokens import TOKEN
from tests.pii.protection.samples import CARD, EMAIL, KEYS, card, email, event, protected
from tests.pii.tokens.samples import tenant_keys

INNER = f'{{"card":{CARD},"mail":"{EMAIL}"}}'
DOCUMENT = f'{{"a": "to {EMAIL}!", "n": {CARD}, "{EMAIL}": {{"deep": ["x", "{EMAIL}"]}}, "j": {json.dumps(INNER)}}}'
FOUND = [
    email("/data/a", 3),
    card("/data/n"),
    email(f"/data/{EMAIL}", where="key"),
    email(f"/data/{EMAIL}/deep/1"),
    card("/data/j", INNER.index(CARD), wrapping=("json",)),
    email("/data/j", INNER.index(EMAIL), wrapping=("json",)),
    email("/note", where="attribute"),
    Finding("/number", 0, 9, Kind.US_SSN, "attribute"),
]


@pytest.fixture
def before() -> CloudEvent:
    return event(DOCUMENT, extensions={"note": EMAIL, "number": 123456789})


@pytest.fixture
def stored(before: CloudEvent) -> CloudEvent:
    return protected(before, FOUND).event


def test_it_gives_back_the_very_event(before: CloudEvent, stored: CloudEvent) -> None:
    found = reveal(stored, KEYS)

    assert EMAIL not in f"{stored} {found!r}"
    assert (found.event, found.unreadable) == (before, ())
    assert {"/data/a", "/data/n", "/data/j", "/note", "/number"} < set(found.paths)


def test_it_gives_back_binary_data() -> None:
    before = event(bytes(range(256)))

    stored = protected(before, [Finding("/data", 0, 9, Kind.EMAIL, wrapping=("bytes",))]).event

    assert stored.data != before.data
    assert reveal(stored, KEYS).event == before


def test_it_gives_back_text() -> None:
    before = event(f"Dear {EMAIL},", datacontenttype="text/plain")

    assert reveal(protected(before, [email("/data", 5)]).event, KEYS).event == before


@pytest.mark.parametrize("data", [None, b"\xff\xfe", b"plain", '{"a":"no token pii.v1."}'])
def test_an_event_without_tokens_stays(data: str | bytes | None) -> None:
    given = event(data)

    assert reveal(given, KEYS).event == given


def test_a_token_that_was_moved_to_another_field_stays_closed(stored: CloudEvent) -> None:
    """H35"""
    data = json.loads(str(stored.data))
    token = TOKEN.search(data["a"])
    assert token is not None

    found = reveal(event(json.dumps({"b": token[0]})), KEYS)

    assert found.unreadable == (Unreadable("/data/b", "not_authentic"),)
    assert json.loads(str(found.event.data)) == {"b": token[0]}


def test_tokens_in_another_event_stay_closed(stored: CloudEvent) -> None:
    """H35"""
    moved = event(stored.data, id="2", extensions=dict(stored.extensions))

    found = reveal(moved, KEYS)

    assert found.paths == ()
    assert {each.code for each in found.unreadable} == {"not_authentic"}


def test_tokens_of_a_key_that_is_gone_are_told(stored: CloudEvent) -> None:
    """H35"""
    found = reveal(stored, tenant_keys(current=2))

    assert {each.code for each in found.unreadable} == {"key_missing"}
    assert found.event == stored


def test_of_many_tokens_those_that_are_whole_are_opened() -> None:
    stored = protected(event(f'["{EMAIL}","{EMAIL}"]'), [email("/data/0"), email("/data/1")]).event
    tokens = json.loads(str(stored.data))

    found = reveal(event(json.dumps([tokens[1], tokens[1]])), KEYS)

    assert json.loads(str(found.event.data)) == [tokens[1], EMAIL]
    assert [each.path for each in found.unreadable] == ["/data/0"]


def test_binary_data_with_a_broken_token_stays() -> None:
    stored = protected(event(b"secret"), [Finding("/data", 0, 6, Kind.CREDENTIAL)]).event

    found = reveal(event(stored.data, id="2"), KEYS)

    assert found.unreadable == (Unreadable("/data", "not_authentic"),)


def test_pseudonyms_and_marks_stay() -> None:
    stored = protected(event(f'["{EMAIL}"]'), [email("/data/0")], Action.ANONYMIZE).event

    assert reveal(stored, KEYS).event == stored


def test_one_string_is_opened_by_its_place(stored: CloudEvent) -> None:
    text = json.loads(str(stored.data))["a"]

    assert reveal_text(text, "/data/a", stored, KEYS) == (f"to {EMAIL}!", ())
    assert reveal_text(text, "/data/b", stored, KEYS) == (text, (Unreadable("/data/b", "not_authentic"),))


def test_resealed_it_is_read_without_the_older_key(before: CloudEvent, stored: CloudEvent) -> None:
    """H35: rotated twice, the old key retired"""
    done = resealed(stored, tenant_keys(current=2, older=(1,)))

    assert (done.tokens, done.unreadable) == (8, 0)
    assert reveal(done.event, tenant_keys(current=2)).event == before


def test_resealed_again_it_stays(stored: CloudEvent) -> None:
    done = resealed(stored, KEYS)

    assert (done.event, done.tokens) == (stored, 0)


@pytest.mark.parametrize("media", ["text/plain", "application/octet-stream"])
def test_other_data_is_resealed_too(media: str) -> None:
    data = EMAIL if media == "text/plain" else EMAIL.encode()
    before = event(data, datacontenttype=media)
    stored = protected(before, [email("/data")]).event

    done = resealed(stored, tenant_keys(current=2, older=(1,)))

    assert reveal(done.event, tenant_keys(current=2)).event == before


def test_what_cannot_be_opened_is_counted_and_stays(stored: CloudEvent) -> None:
    done = resealed(stored, tenant_keys(current=2))

    assert (done.event, done.tokens, done.unreadable) == (stored, 0, 8)


def test_binary_data_that_is_no_text_is_left_alone() -> None:
    assert resealed(event(b"\xff"), KEYS).event.data == b"\xff"
