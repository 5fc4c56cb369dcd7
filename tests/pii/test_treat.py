"""An event by the policies, from what came in to what may be stored."""

import json
import os
from typing import Any, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.envelope import CloudEvent, EnvelopeError
from events.pii.policies.decide import NO_POLICIES, PolicySet
from events.pii.policies.errors import ClassificationError
from events.pii.protection import Act, PiiBlockedError, reveal
from events.pii.tokens import SecretKey, TenantKeys
from events.pii.treat import Treated, treat
from tests.pii.policies.made import line, policies, raw

MAIL, CARD = "jane.doe@acme-corp.com", 4242424242424242
KEY = SecretKey("aaaaaaaa", os.urandom(32))
KEYS = TenantKeys("t", KEY, SecretKey("bbbbbbbb", os.urandom(32)), {KEY.id: KEY})


def event(data: Any = None, **members: Any) -> CloudEvent:
    return CloudEvent.of(**{"type": "com.example.made", "source": "/x", "id": "1", "data": data, **members})


def treated(given: CloudEvent, known: PolicySet = NO_POLICIES, environment: str | None = "production") -> Treated:
    return treat(given, known, environment, lambda: KEYS, "t")


def no_keys() -> NoReturn:
    raise AssertionError("no key was needed")


def test_an_event_in_which_nothing_is_found_stays_the_same_and_needs_no_keys() -> None:
    given = event({"order": "A-17", "total": 12.50, "open": True, "lines": [1, 2, {"sku": "x"}]}, branch="main")

    assert treat(given, NO_POLICIES, "production", no_keys, "t").event is given


def test_what_is_only_noted_needs_no_keys_and_stays_byte_for_byte() -> None:
    given = event({"mail": MAIL})

    made = treat(given, NO_POLICIES, "development", no_keys, "t")

    assert made.event.data == given.data
    assert made.event.extensions["pii"] == "clear"
    assert [act.as_json() for act in made.acts] == [
        {"path": "/data/mail", "kind": "email", "action": "LOG", "count": 1}
    ]  # fmt: skip


def test_the_event_says_which_version_decided_and_what_was_done() -> None:
    known = policies(raw(kinds={"email": "ANONYMIZE", "credit_card": "REDACT"}), number=7)

    made = treated(event({"mail": MAIL, "card": CARD}), known)

    assert dict(made.event.extensions) == {
        "piipolicy": 7, "pii": "redacted,anonymized", "dataclassification": "restricted",
    }  # fmt: skip
    assert MAIL not in str(made)
    assert str(CARD) not in str(made)


def test_what_identifies_an_event_stays_equal_for_equal_values() -> None:
    """H38."""
    first, second = (treated(event(id=MAIL, subject=MAIL, partitionkey=MAIL)).event for _ in range(2))

    assert (first.id, first.subject) == (second.id, second.subject)
    assert first.id == first.extensions["partitionkey"] == first.subject
    assert "jane" not in str(first)


def test_personal_data_in_a_type_is_refused_where_it_must_not_stay() -> None:
    given = event(type=f"made.by.{MAIL}")

    with pytest.raises(PiiBlockedError) as refused:
        treated(given)

    assert [act.path for act in refused.value.acts] == ["/type"]
    assert treated(given, environment="development").event.type == given.type


def test_data_that_is_text_or_binary_is_looked_at_too() -> None:
    """H31."""
    text = CloudEvent(id="1", source="/x", type="t", datacontenttype="text/plain", data=f"write to {MAIL} now")
    binary = CloudEvent(id="1", source="/x", type="t", datacontenttype="image/png", data=b"\xff " + MAIL.encode())

    assert MAIL not in str(treated(text).event.data)
    assert MAIL.encode() not in bytes(str(treated(binary).event.data), "utf-8")


def test_a_block_names_kinds_and_places_and_no_value() -> None:
    known = policies(raw(paths=[line("/data/*/card", "BLOCK")]))

    with pytest.raises(PiiBlockedError) as refused:
        treated(event({"a": {"card": CARD}, "mail": MAIL}), known)

    assert refused.value.acts == (Act("/data/a/card", "credit_card", "BLOCK"),)
    assert str(CARD) not in str(refused.value)


def test_an_event_that_says_something_unknown_of_itself_is_refused() -> None:
    with pytest.raises(ClassificationError):
        treated(event({"n": 1}, dataclassification="secret"))


def test_a_restricted_event_has_nothing_in_clear_in_development() -> None:
    made = treated(event({"mail": MAIL}, dataclassification="restricted"), environment="development")

    assert MAIL not in str(made.event)
    assert made.event.extensions["dataclassification"] == "restricted"


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [MAIL, "4242 4242 4242 4242", "078-05-1120", f'{{"mail":"{MAIL}"}}', "+1 415 555 2671", "pii.v1.", "[redacted]"]
)
VALUES = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False)
DATA = st.recursive(
    VALUES | TEXTS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4)
)
ATTRIBUTES = st.dictionaries(st.sampled_from(["subject", "id", "partitionkey", "note", "dataclassification"]), TEXTS)
SETS = st.sampled_from(
    [
        NO_POLICIES,
        policies(raw(default="REDACT")),
        policies(raw(kinds={"email": "BLOCK"}, default="LOG")),
        policies(raw(paths=[line("/data/**", "ANONYMIZE", "credential", whole=True)])),
        policies(raw(paths=[line("/data/*", "ignore")], allow_test_values=True)),
    ]
)


@given(DATA, ATTRIBUTES, SETS, st.sampled_from(["development", "staging", "production", None]))
def test_any_event_is_treated_or_refused_for_a_documented_reason(
    data: Any, attributes: Any, known: PolicySet, environment: str | None
) -> None:
    try:
        given = event(data, **attributes)
    except EnvelopeError:
        return

    try:
        made = treated(given, known, environment)
    except (PiiBlockedError, ClassificationError, EnvelopeError):
        return

    if not made.judged:
        assert made.event is given
    assert isinstance(made.event.data, str)
    json.loads(made.event.data)


@given(st.lists(st.text("abc xyz", max_size=10) | st.integers(-999_999, 999_999) | st.booleans(), max_size=8))
def test_what_is_not_personal_is_unchanged_byte_for_byte_beside_what_is(plain: list[Any]) -> None:
    given = event({"plain": plain, "mail": MAIL, "after": plain})
    assert isinstance(given.data, str)
    before, _, after = given.data.partition(MAIL)

    made = treated(given).event.data

    assert isinstance(made, str)
    assert made.startswith(before)
    assert made.endswith(after)


@pytest.mark.parametrize("action", ["REDACT", "ANONYMIZE", "ENCRYPT"])
def test_all_that_stands_in_a_whole_place_is_replaced_true_and_false_as_well(action: str) -> None:
    known = policies(raw(paths=[line("/data/health", action, "special_category", whole=True)]))
    data = {"health": {"hiv": True, "notes": ["zebra", {"weeks": 5}], "none": None}, "other": [True, "zebra"]}

    stored = json.loads(str(treated(event(data), known).event.data))

    health = stored["health"]
    replaced = [health["hiv"], health["notes"][0], health["notes"][1]["weeks"]]
    assert all(type(one) is str and one.startswith(("[redacted]", "anon_", "pii.v1.")) for one in replaced)
    assert (stored["other"], health["none"]) == (data["other"], None)


def test_what_was_true_or_false_is_revealed_as_such() -> None:
    known = policies(raw(paths=[line("/data", "ENCRYPT", "special_category", whole=True)]))
    given = event('{"hiv": true , "weeks":5.0,"list":[false,null,"x"]}')

    stored = treated(given, known).event

    assert "true" not in str(stored.data)
    assert reveal(stored, KEYS).event.data == given.data


@pytest.mark.parametrize("name", ["id", "source"])
def test_two_spellings_in_what_tells_events_apart_are_two_events(name: str) -> None:
    spellings = ["u:Ann@Acme-Corp.com", "u:ann@acme-corp.com", "u:ann@Acme-corp.com"]

    made = [getattr(treated(event({}, **{name: one})).event, name) for one in spellings]

    assert len(set(made)) == len(spellings)
    assert all("ann" not in one.lower().removeprefix("u:anon_") for one in made)


def test_elsewhere_two_spellings_are_one_value() -> None:
    known = policies(raw(default="ANONYMIZE"))

    first, second = (
        treated(event({"to": one}, subject=one), known).event for one in ("Ann@Acme-Corp.com", "ann@acme-corp.com")
    )

    assert (first.data, first.subject) == (second.data, second.subject)


def test_nobody_but_the_policies_uses_their_words() -> None:
    forged = event({"order": "A-17"}, pii="encrypted", piipolicy=99, team="billing")

    made = treated(forged).event

    assert dict(made.extensions) == {"team": "billing"}
    assert (made.data, made.id, made.source) == (forged.data, forged.id, forged.source)
