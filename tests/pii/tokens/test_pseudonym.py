"""Pseudonyms are equal for equal values of a tenant, and tell nothing."""

import hashlib
import re
from base64 import b32encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.pii.tokens import is_pseudonym, pseudonym
from events.pii.tokens.pseudonym import bare_pseudonym
from tests.pii.tokens.samples import key

KINDS = st.sampled_from(["email", "phone", "credit_card", "person_name"])


@given(st.text(), KINDS)
def test_it_is_stable_and_another_in_another_tenant(value: str, kind: str) -> None:
    """H34"""
    assert pseudonym(value, kind, key(1)) == pseudonym(value, kind, key(1))
    assert pseudonym(value, kind, key(1)) != pseudonym(value, kind, key(2))


@given(st.text(), KINDS)
def test_it_is_recognised(value: str, kind: str) -> None:
    assert is_pseudonym(pseudonym(value, kind, key()))


def test_an_email_keeps_its_domain() -> None:
    assert re.fullmatch(r"anon_[a-z2-7]{20}@example\.com", pseudonym("joe@example.com", "email", key()))


def test_anything_else_says_its_kind_and_has_one_length() -> None:
    assert re.fullmatch(r"anon_credit_card_[a-z2-7]{20}", pseudonym("4111111111111111", "credit_card", key()))
    assert re.fullmatch(r"anon_email_[a-z2-7]{20}", pseudonym("am9lQGV4YW1wbGUuY29t", "email", key()))


def test_it_is_no_plain_hash() -> None:
    """H34"""
    plain = [hashlib.new(name, text).digest() for name in ("sha256", "sha1", "md5") for text in _guesses()]

    found = pseudonym("123-45-6789", "us_ssn", key())

    assert not any(found.endswith(b32encode(digest).decode().lower()[:20]) for digest in plain)


def _guesses() -> list[bytes]:
    return [b"123-45-6789", b"123456789", b"us_ssn\x00123456789"]


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("email", "Joe@Example.COM", "joe@example.com"),
        ("email", "joe\uff20example.com", "joe@example.com"),
        ("email", "jo\u200be@example.com", "joe@example.com"),
        ("credit_card", "4111 1111-1111 1111", "4111111111111111"),
        ("credit_card", "\uff14111111111111111", "4111111111111111"),
        ("us_ssn", "123-45-6789", "123 45 6789"),
        ("iban", "gb82 west 1234 5698 7654 32", "GB82WEST12345698765432"),
        ("mac", "00:1A:2b:3c:4d:5e", "00-1a-2b-3c-4d-5e"),
        ("phone", "+1 (555) 010-9999", "+15550109999"),
        ("ipv6", "2001:DB8::0001", "2001:db8::1"),
        ("ipv4", "not an address", "NOT AN ADDRESS"),
        ("person_name", "Joe  Doe ", "Joe Doe"),
    ],
)
def test_spellings_of_one_value_have_one_pseudonym(kind: str, one: str, other: str) -> None:
    """H34"""
    assert pseudonym(one, kind, key()) == pseudonym(other, kind, key())


def test_one_text_of_two_kinds_has_two() -> None:
    assert pseudonym("123456789", "us_ssn", key())[-20:] != pseudonym("123456789", "phone", key())[-20:]


def test_for_names_of_attributes_there_is_one_of_letters_and_digits() -> None:
    assert re.fullmatch(r"anoncreditcard[a-z2-7]{20}", bare_pseudonym("4111111111111111", "credit_card", key()))
