"""Key-encryption keys wrap data keys so that only they unwrap them, and only as what they are."""

import base64
import secrets
from pathlib import Path
from typing import Any

import pytest
from django.views.debug import SafeExceptionReporterFilter
from pytest_django import Settings

from events.pii.keys import kek
from events.pii.keys.errors import KekError, KekMissingError, KekRefusedError, KekUnreachableError
from events.pii.keys.kek import KeyContext
from events.pii.keys.kek.aws_kms import _client
from events.pii.keys.kek.local import parse_keys
from tests.pii.keys.conftest import FIRST, SECOND

CONTEXT = KeyContext("shop", "encrypt", 1, "abcdefgh")
KEY = secrets.token_bytes(32)


def test_what_is_wrapped_is_unwrapped() -> None:
    wrapped = kek.current().wrap(KEY, CONTEXT)

    assert KEY not in wrapped.key
    assert kek.for_id(wrapped.kek).unwrap(wrapped, CONTEXT) == KEY


@pytest.mark.parametrize("change", [{"tenant": "bank"}, {"purpose": "pseudonym"}, {"version": 2}, {"key_id": "b" * 8}])
def test_it_is_not_unwrapped_as_another_key(change: dict[str, Any]) -> None:
    """H35"""
    wrapped = kek.current().wrap(KEY, CONTEXT)

    with pytest.raises(KekRefusedError):
        kek.current().unwrap(wrapped, CONTEXT._replace(**change))


@pytest.mark.parametrize("at", [0, 20, -1])
def test_a_flipped_bit_is_noticed(at: int) -> None:
    """H35"""
    wrapped = kek.current().wrap(KEY, CONTEXT)
    flipped = bytearray(wrapped.key)
    flipped[at] ^= 1

    with pytest.raises(KekRefusedError):
        kek.current().unwrap(wrapped._replace(key=bytes(flipped)), CONTEXT)


def test_an_older_one_unwraps_what_it_has_wrapped(settings: Settings) -> None:
    wrapped = kek.current().wrap(KEY, CONTEXT)

    settings.PII_KEY_ENCRYPTION_KEYS = f"{SECOND} {FIRST}"

    assert kek.for_id(wrapped.kek).unwrap(wrapped, CONTEXT) == KEY
    assert kek.current().wrap(KEY, CONTEXT).kek != wrapped.kek


def test_one_that_is_lost_is_named_by_a_digest(settings: Settings) -> None:
    wrapped = kek.current().wrap(KEY, CONTEXT)
    settings.PII_KEY_ENCRYPTION_KEYS = SECOND

    with pytest.raises(KekMissingError, match=wrapped.kek):
        kek.for_id(wrapped.kek).unwrap(wrapped, CONTEXT)


def test_a_file_is_read_anew_each_time(settings: Settings, tmp_path: Path) -> None:
    settings.PII_KEK_PROVIDER, settings.PII_KEK_FILE = "file", str(tmp_path / "kek")
    (tmp_path / "kek").write_text(f"{FIRST}\n")
    wrapped = kek.current().wrap(KEY, CONTEXT)

    (tmp_path / "kek").write_text(f"{SECOND}\n{FIRST}\n")

    assert kek.current().wrap(KEY, CONTEXT).kek != wrapped.kek
    assert kek.for_id(wrapped.kek).unwrap(wrapped, CONTEXT) == KEY


def test_both_alphabets_of_base64_are_read() -> None:
    key = bytes(range(224, 256))

    assert parse_keys(base64.urlsafe_b64encode(key).decode()) == parse_keys(base64.b64encode(key).decode())


@pytest.mark.parametrize("text", ["hunter2", "aGVsbG8=", "ä" * 44, FIRST[:-4], f"{FIRST},x"])
def test_what_is_no_key_is_an_error_that_does_not_quote_it(settings: Settings, text: str) -> None:
    """H30"""
    settings.PII_KEY_ENCRYPTION_KEYS = text

    with pytest.raises(KekMissingError) as error:
        kek.current()

    assert text not in f"{error.value!r}{error.value.__context__!r}"


@pytest.mark.parametrize(
    "named",
    [
        {"PII_KEY_ENCRYPTION_KEYS": ""},
        {"PII_KEK_PROVIDER": "file"},
        {"PII_KEK_PROVIDER": "file", "PII_KEK_FILE": "/nowhere/kek"},
        {"PII_KEK_PROVIDER": "aws-kms"},
        {"PII_KEK_PROVIDER": "vault"},
    ],
)
def test_a_missing_one_is_an_error(settings: Settings, named: dict[str, str]) -> None:
    for name, value in named.items():
        setattr(settings, name, value)

    with pytest.raises(KekMissingError):
        kek.current()


def test_keys_are_in_no_repr() -> None:
    """H30"""
    assert "\\x01" not in repr(parse_keys(FIRST))
    assert FIRST not in repr(kek.current())


def test_kms_wraps_and_unwraps(kms: Any) -> None:
    wrapped = kek.current().wrap(KEY, CONTEXT)

    assert KEY not in wrapped.key
    assert wrapped.kek.startswith("aws-kms:arn:aws:kms:")
    assert kek.for_id(wrapped.kek).unwrap(wrapped, CONTEXT) == KEY


def test_kms_unwraps_for_the_tenant_it_has_wrapped_for_only(kms: Any) -> None:
    """H35"""
    wrapped = kek.current().wrap(KEY, CONTEXT)

    with pytest.raises(KekRefusedError):
        kek.for_id(wrapped.kek).unwrap(wrapped, CONTEXT._replace(tenant="bank"))


def test_keys_wrapped_here_are_unwrapped_after_the_change_to_kms(settings: Settings, kms: Any) -> None:
    settings.PII_KEK_PROVIDER = "env"
    wrapped = kek.current().wrap(KEY, CONTEXT)

    settings.PII_KEK_PROVIDER = "aws-kms"

    assert kek.for_id(wrapped.kek).unwrap(wrapped, CONTEXT) == KEY
    assert not kek.current().local


def test_a_key_that_kms_does_not_have_is_an_error(settings: Settings, kms: Any) -> None:
    settings.PII_KMS_KEY_ID = "00000000-0000-0000-0000-000000000000"

    with pytest.raises(KekUnreachableError, match="NotFoundException"):
        kek.current().wrap(KEY, CONTEXT)


def test_kms_that_is_away_is_an_error(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """H35"""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    _client.cache_clear()
    settings.PII_KEK_PROVIDER, settings.PII_KMS_KEY_ID = "aws-kms", "some-key"

    with pytest.raises(KekError, match="EndpointConnectionError"):
        kek.current().wrap(KEY, CONTEXT)
    _client.cache_clear()


def test_a_page_about_an_error_hides_it() -> None:
    """H30"""
    shown = SafeExceptionReporterFilter().get_safe_settings()

    assert FIRST not in str(shown)
