"""Tokens open in their own place only, and only with their own key."""

import hmac
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.pii.tokens import (
    TOKEN,
    EventIdentity,
    KeyMissingError,
    NotAuthenticError,
    Opener,
    Sealer,
    SecretKey,
    TokenError,
    decrypt,
    encrypt,
    token_length,
)
from tests.pii.tokens.samples import EVENT, PATH, key, tenant_keys

KEYS = tenant_keys()
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS, TEXTS)
def test_what_is_encrypted_is_read_again(value: str, path: str) -> None:
    token = encrypt(value, KEYS, EVENT, path)

    assert decrypt(token, KEYS, EVENT, path) == value


@given(st.binary())
def test_a_key_keeps_nothing_of_one_message_for_the_next(message: bytes) -> None:
    first, second = KEYS.current.code(message), KEYS.current.code(message)

    assert first == second == hmac.digest(KEYS.current.material, message, "sha256")


@given(TEXTS)
def test_its_form_and_length_are_as_documented(value: str) -> None:
    token = encrypt(value, KEYS, EVENT, PATH)

    assert re.fullmatch(r"pii\.v1\.[a-z2-7]{8}\.[A-Za-z0-9_-]+~", token)
    assert TOKEN.fullmatch(token)
    assert len(token) == token_length(len(value.encode()))


def test_the_length_of_a_card_number_is_known_in_advance() -> None:
    assert token_length(16) == 77


def test_equal_values_have_different_tokens() -> None:
    assert encrypt("a", KEYS, EVENT, PATH) != encrypt("a", KEYS, EVENT, PATH)


def test_where_it_ends_is_clear_whatever_follows() -> None:
    token = encrypt("a", KEYS, EVENT, PATH)

    assert [found[0] for found in TOKEN.finditer(f"x{token}{token}abc-_~")] == [token, token]


@pytest.mark.parametrize(
    "place",
    [
        (EVENT._replace(type="com.example.changed"), PATH),
        (EVENT._replace(source="/oms/other"), PATH),
        (EVENT._replace(id="2"), PATH),
        (EVENT, "/data/name"),
        (EVENT._replace(source="/oms/main1", id=""), PATH),
    ],
)
def test_in_another_place_it_is_not_authentic(place: tuple[EventIdentity, str]) -> None:
    """H35"""
    token = encrypt("joe@example.com", KEYS, EVENT, PATH)

    with pytest.raises(NotAuthenticError):
        decrypt(token, KEYS, *place)


def test_under_another_tenant_with_the_same_key_it_is_not_authentic() -> None:
    """H35"""
    token = encrypt("joe@example.com", KEYS, EVENT, PATH)

    with pytest.raises(NotAuthenticError):
        decrypt(token, tenant_keys("bank"), EVENT._replace(tenant="bank"), PATH)


# One for all examples: another each time would be another question each time.
SEALED = encrypt("joe@example.com", KEYS, EVENT, PATH)


@given(st.data())
def test_no_changed_character_goes_unnoticed(data: st.DataObject) -> None:
    """H35"""
    at = data.draw(st.integers(0, len(SEALED) - 1))
    other = data.draw(st.sampled_from("abAB01-_~.").filter(lambda character: character != SEALED[at]))

    with pytest.raises(TokenError):
        decrypt(SEALED[:at] + other + SEALED[at + 1 :], KEYS, EVENT, PATH)


@pytest.mark.parametrize("text", ["", "joe", "pii.v1.", "pii.v1.keybaaaa.AAAA~", "pii.v2.keybaaaa." + "A" * 60 + "~"])
def test_what_is_no_token_is_not_authentic(text: str) -> None:
    with pytest.raises(NotAuthenticError):
        decrypt(text, KEYS, EVENT, PATH)


def test_a_key_that_was_rotated_out_still_reads_until_it_is_retired() -> None:
    """H35"""
    token = encrypt("joe@example.com", KEYS, EVENT, PATH)

    assert decrypt(token, tenant_keys(current=2, older=(1,)), EVENT, PATH) == "joe@example.com"
    with pytest.raises(KeyMissingError) as error:
        decrypt(token, tenant_keys(current=2), EVENT, PATH)
    assert error.value.key_id == key(1).id


def test_errors_and_reprs_hold_neither_values_nor_keys() -> None:
    """H30"""
    token = encrypt("joe@example.com", KEYS, EVENT, PATH)

    with pytest.raises(NotAuthenticError) as error:
        decrypt(token, KEYS, EVENT, "/data/other")

    told = f"{error.value!r} {error.value} {error.value.__context__} {KEYS!r} {key()!r} {Opener(KEYS, EVENT)!r}"
    assert "joe" not in told
    assert token not in told
    assert "\\x01" not in told
    assert "0101" not in told


def test_keys_of_another_tenant_are_not_used() -> None:
    with pytest.raises(ValueError, match="another tenant"):
        encrypt("a", tenant_keys("bank"), EVENT, PATH)
    with pytest.raises(ValueError, match="another tenant"):
        Opener(tenant_keys("bank"), EVENT)


def test_a_key_of_the_wrong_size_is_none() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SecretKey("keybaaaa", b"short")


def test_the_form_of_what_it_was_comes_back() -> None:
    token = Sealer(key(), EVENT).seal(PATH, b"1.50", "number")

    assert Opener(KEYS, EVENT).open(token, PATH) == (b"1.50", "number")
