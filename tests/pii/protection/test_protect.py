"""What each action does to what was found, where it was found."""

import json
import time
from typing import Any

import pytest

from events.envelope import EnvelopeError
from events.pii.detection import Finding, Kind
from events.pii.policies.action import Action
from events.pii.protection import Act, NotLocatedError, PiiBlockedError, protect
from events.pii.protection.attributes import attributes_of
from events.pii.tokens import TOKEN, TenantKeys, pseudonym, token_length
from tests.pii.protection.samples import CARD, EMAIL, KEYS, card, email, event, judged, protected

PSEUDONYM = pseudonym(EMAIL, "email", KEYS.pseudonyms)


def no_keys() -> TenantKeys:
    raise AssertionError("keys were asked for")


def test_log_leaves_it_and_notes_it() -> None:
    given = event(f'{{"a":"{EMAIL}"}}')

    result = protect(given, [judged(email("/data/a"), Action.LOG)], no_keys, "shop")

    assert result.event == given
    assert result.acts == (Act("/data/a", "email", "LOG"),)


def test_redact_puts_a_mark_and_needs_no_key() -> None:
    given = event(f'{{"a":"to {EMAIL}, 1.50", "b": 1.50}}')

    result = protect(given, [judged(email("/data/a", 3), Action.REDACT)], no_keys, "shop")

    assert result.event.data == '{"a":"to [redacted], 1.50", "b": 1.50}'


def test_anonymize_puts_the_pseudonym() -> None:
    assert protected(event(f'["{EMAIL}"]'), [email("/data/0")], Action.ANONYMIZE).event.data == f'["{PSEUDONYM}"]'


def test_encrypt_puts_a_token_of_the_length_that_is_documented() -> None:
    data = protected(event(f'"{EMAIL}"'), [email("/data")]).event.data

    assert TOKEN.fullmatch(json.loads(str(data)))
    assert len(str(data)) == 2 + token_length(len(EMAIL))


def test_block_tells_kinds_and_paths_and_no_values() -> None:
    """H30"""
    given = event(f'{{"{EMAIL}":{{"card":"{CARD}"}}}}', subject=EMAIL)
    found = [email(f"/data/{EMAIL}", where="key"), card(f"/data/{EMAIL}/card"), email("/subject", where="attribute")]

    with pytest.raises(PiiBlockedError) as error:
        protected(given, found, Action.BLOCK)

    assert [(act.kind, act.path) for act in error.value.acts] == [
        ("email", "/data/*"), ("credit_card", "/data/*/card"), ("email", "/subject"),
    ]  # fmt: skip
    assert EMAIL not in f"{error.value!r} {error.value}"


def test_one_that_is_blocked_blocks_the_event_before_a_key_is_asked_for() -> None:
    given = event(f'["{EMAIL}","{EMAIL}"]')

    with pytest.raises(PiiBlockedError):
        protect(
            given, [judged(email("/data/0"), Action.ENCRYPT), judged(email("/data/1"), Action.BLOCK)], no_keys, "shop"
        )


@pytest.mark.parametrize("literal", [CARD, f"{CARD}.0", "4.111111111111111e15"])
def test_a_number_becomes_a_string(literal: str) -> None:
    """H31, H38"""
    given = event(f'{{"card": {literal}, "n": 1.50}}')

    anonymous = protected(given, [card("/data/card")], Action.ANONYMIZE).event.data
    encrypted = json.loads(str(protected(given, [card("/data/card")]).event.data))

    assert anonymous == f'{{"card": "{pseudonym(CARD, "credit_card", KEYS.pseudonyms)}", "n": 1.50}}'
    assert TOKEN.fullmatch(encrypted["card"])


def test_a_name_is_changed_and_what_is_in_it_found_under_the_new_one() -> None:
    """H31"""
    given = event(f'{{"u:{EMAIL}": {{"x": "{EMAIL}"}}}}')
    found = [email(f"/data/u:{EMAIL}", 2, where="key"), email(f"/data/u:{EMAIL}/x")]

    result = protected(given, found, Action.ANONYMIZE)

    assert result.event.data == f'{{"u:{PSEUDONYM}": {{"x": "{PSEUDONYM}"}}}}'
    assert [act.path for act in result.acts] == ["/data/*", "/data/*/x"]


def test_names_that_would_be_the_same_are_numbered() -> None:
    given = event('{"joe@example.com":1,"JOE@example.com":2,"[redacted]":3}')
    found = [email("/data/joe@example.com", where="key"), email("/data/JOE@example.com", where="key")]

    data = protected(given, found, Action.REDACT).event.data

    assert data == '{"[redacted]_3":1,"[redacted]_2":2,"[redacted]":3}'


def test_json_in_a_string_stays_json() -> None:
    """H31"""
    inner = json.dumps({"card": int(CARD), "to": [f"x, {EMAIL}"]})
    given = event(json.dumps({"body": inner}))
    found = [
        card("/data/body", inner.index(CARD), wrapping=("json",)),
        email("/data/body", inner.index(EMAIL), wrapping=("json",)),
    ]

    data = protected(given, found, Action.ANONYMIZE).event.data

    card_pseudonym = pseudonym(CARD, "credit_card", KEYS.pseudonyms)
    assert json.loads(json.loads(str(data))["body"]) == {"card": card_pseudonym, "to": [f"x, {PSEUDONYM}"]}


def test_of_what_is_found_twice_the_strictest_action_counts() -> None:
    given = event('"am9lQGV4YW1wbGUuY29t and more"')
    spans = [(0, 20, Kind.EMAIL, Action.LOG), (0, 20, Kind.PHONE, Action.REDACT), (5, 24, Kind.IBAN, Action.ANONYMIZE)]
    found = [judged(Finding("/data", start, end, kind), action) for start, end, kind, action in spans]

    result = protect(given, found, lambda: KEYS, "shop")

    whole = pseudonym("am9lQGV4YW1wbGUuY29t and", "iban", KEYS.pseudonyms)
    assert result.event.data == f'"{whole} more"'
    assert [(act.kind, act.action) for act in result.acts] == [
        ("email", "LOG"),
        ("phone", "REDACT"),
        ("iban", "ANONYMIZE"),
    ]


def test_acts_of_one_kind_at_one_place_are_counted() -> None:
    given = event(f'"{EMAIL} {EMAIL}"')

    result = protected(given, [email("/data"), email("/data", 16)], Action.REDACT)

    assert [act.as_json() for act in result.acts] == [
        {"path": "/data", "kind": "email", "action": "REDACT", "count": 2}
    ]


@pytest.mark.parametrize("action", [Action.REDACT, Action.ANONYMIZE, Action.ENCRYPT])
@pytest.mark.parametrize("name", ["id", "source", "subject", "partitionkey"])
def test_identity_and_order_hold(name: str, action: Action) -> None:
    """H38"""
    value = f"order-{EMAIL}"
    given = event(extensions={name: value}) if name == "partitionkey" else event(**{name: value})

    once, again = (protected(given, [email(f"/{name}", 6, where="attribute")], action).event for _ in range(2))

    assert once == again
    assert attributes_of(once)[name] == f"order-{PSEUDONYM}"


def test_a_type_is_never_changed() -> None:
    given = event(type="com.example.4111111111111111")

    result = protected(given, [card("/type", 12, where="attribute")], Action.ENCRYPT)

    assert result.event == given
    assert result.acts == (Act("/type", "credit_card", "LOG"),)


def test_another_extension_is_encrypted_and_a_number_in_one_becomes_a_string() -> None:
    given = event(extensions={"note": EMAIL, "number": 123456789})
    found = [email("/note", where="attribute"), Finding("/number", 0, 9, Kind.US_SSN, "attribute")]

    extensions = protected(given, found).event.extensions

    assert all(TOKEN.fullmatch(str(value)) for value in extensions.values())


def test_the_name_of_an_extension_becomes_letters_and_digits() -> None:
    given = event(extensions={CARD: "x"})

    result = protected(given, [card(f"/{CARD}", where="key")])

    (name,) = result.event.extensions
    assert name.startswith("anoncreditcard")
    assert result.acts == (Act("/*", "credit_card", "ENCRYPT"),)


@pytest.mark.parametrize(
    ("source", "start", "end"),
    [("//[2001:db8::1]/x", 3, 14), ("http://user:secret@example.com/", 7, 18), ("http://[2001:db8::1]:80/", 8, 19)],
)
def test_a_source_stays_a_uri_reference(source: str, start: int, end: int) -> None:
    """H38"""
    found = [Finding("/source", start, end, Kind.IPV6, "attribute")]

    after = protected(event(source=source), found, Action.ANONYMIZE).event.source

    assert "anon_" in after
    assert source[start:end] not in after


def test_an_attribute_that_would_be_too_long_becomes_one_pseudonym() -> None:
    """H23"""
    given = event(id=" ".join(["a@b.co"] * 36))
    found = [Finding("/id", at, at + 6, Kind.EMAIL, "attribute") for at in range(0, 252, 7)]

    once, again = (protected(given, found).event.id for _ in range(2))

    assert once == again
    assert once.startswith("anon_id_")


def test_a_token_that_does_not_fit_into_an_extension_is_an_error_that_says_so() -> None:
    """H23"""
    given = event(extensions={"note": "x" * 4000})

    with pytest.raises(EnvelopeError, match="longer than 4096 bytes") as error:
        protected(given, [Finding("/note", 0, 4000, Kind.CREDENTIAL, "attribute")])

    assert error.value.pointer == "/note"


def test_text_that_is_no_json_is_edited_as_it_is() -> None:
    given = event(f"Dear {EMAIL}", datacontenttype="text/plain")

    assert protected(given, [email("/data", 5)], Action.REDACT).event.data == "Dear [redacted]"


@pytest.mark.parametrize(("media", "quote"), [("application/json", '"'), ("application/octet-stream", "")])
@pytest.mark.parametrize("action", [Action.REDACT, Action.ANONYMIZE, Action.ENCRYPT])
def test_binary_data_is_replaced_as_a_whole(media: str, quote: str, action: Action) -> None:
    given = event(f'"{EMAIL}"'.encode(), datacontenttype=media)

    data = protected(given, [email("/data", 1, wrapping=("bytes",))], action).event.data

    assert isinstance(data, bytes)
    assert EMAIL.encode() not in data
    assert data.startswith(quote.encode())


def test_binary_data_that_is_only_logged_stays() -> None:
    given = event(EMAIL.encode())

    assert protected(given, [email("/data")], Action.LOG).event == given


@pytest.mark.parametrize("action", [Action.ANONYMIZE, Action.ENCRYPT])
def test_what_is_protected_already_is_not_protected_again(action: Action) -> None:
    first = protected(event(f'["{EMAIL}"]'), [email("/data/0")], action).event
    text = json.loads(str(first.data))[0]

    again = protected(first, [Finding("/data/0", 0, len(text), Kind.EMAIL)], action).event

    assert again == first


def test_what_is_found_inside_a_token_is_no_finding() -> None:
    first = protected(event(f'["{EMAIL}"]'), [email("/data/0")]).event

    assert protected(first, [Finding("/data/0", 20, 30, Kind.API_TOKEN)], Action.REDACT).event == first


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        ('{"a":"b"}', email("/data/b")),
        ('{"a":"b"}', email("/data/a")),
        ('{"a":{}}', email("/data/a")),
        ('{"a":"b"}', email("/data/a/b", where="key")),
        ('["a"]', email("/data/0", where="key")),
        ('["a"]', email("/data/x/y", where="key")),
        ('["a"]', email("/note", where="attribute")),
        (None, email("/data")),
        (b"x", email("/data/a")),
    ],
)
def test_a_finding_at_no_place_of_the_event_stops_everything(data: Any, finding: Finding) -> None:
    with pytest.raises(NotLocatedError):
        protected(event(data), [finding])


def test_keys_of_another_tenant_are_refused() -> None:
    with pytest.raises(ValueError, match="another tenant"):
        protect(event(f'"{EMAIL}"'), [judged(email("/data"), Action.ENCRYPT)], lambda: KEYS, "bank")


def test_an_error_of_the_keys_comes_through_and_nothing_else_is_done_instead() -> None:
    """H35"""

    def away() -> TenantKeys:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        protect(event(f'"{EMAIL}"'), [judged(email("/data"), Action.ENCRYPT)], away, "shop")


@pytest.mark.parametrize("action", [Action.REDACT, Action.ENCRYPT])
def test_the_time_grows_with_the_size_and_not_with_its_square(action: Action) -> None:
    """H24"""
    texts = {
        "values": (json.dumps([EMAIL] * 5_000), [email(f"/data/{at}") for at in range(5_000)]),
        "one string": (json.dumps(f"{EMAIL} " * 5_000), [email("/data", 16 * at) for at in range(5_000)]),
        "names": (
            json.dumps({f"{at}{EMAIL}": 1 for at in range(5_000)}),
            [email(f"/data/{at}{EMAIL}", len(str(at)), where="key") for at in range(5_000)],
        ),
        "one name": (
            json.dumps({EMAIL.replace("joe", f"{at:03}"): 1 for at in range(1_000)}),
            [email(f"/data/{at:03}@example.com", where="key") for at in range(1_000)],
        ),
        "numbers in a string": (
            json.dumps(f"[{','.join([CARD] * 5_000)}]"),
            [card("/data", 1 + 17 * at, wrapping=("json",)) for at in range(5_000)],
        ),
    }

    for text, found in texts.values():
        started = time.process_time()
        protected(event(text), found, action)
        assert time.process_time() - started < 2
