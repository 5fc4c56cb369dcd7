"""What tests of keys share: a key-encryption key, and keys that no other test has unwrapped."""

import base64
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from pytest_django import Settings

from controlplane.embedded.moto import MotoServer
from events.pii.keys import background, held
from events.pii.keys.kek.aws_kms import _client

FIRST = base64.b64encode(b"\1" * 32).decode()
SECOND = base64.b64encode(b"\2" * 32).decode()


@pytest.fixture(autouse=True)
def kek(settings: Settings) -> Iterator[Settings]:
    """A key-encryption key from the environment; a test may name others."""
    settings.PII_KEK_PROVIDER, settings.PII_KEY_ENCRYPTION_KEYS = "env", FIRST
    settings.PII_KEK_FILE = settings.PII_KMS_KEY_ID = ""
    held.forget()
    yield settings
    # Its thread must not find the database of another test, or none.
    background.rest(10)
    held.forget()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which tenants' keys were asked for; nothing is done in the background."""
    tenants: list[str] = []
    monkeypatch.setattr("events.pii.keys.background.ask", tenants.append)
    return tenants


@pytest.fixture
def kms(moto: MotoServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """AWS KMS with one key, which is the one to be used."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto.url)
    _client.cache_clear()
    client = boto3.client("kms")
    settings.PII_KMS_KEY_ID = client.create_key()["KeyMetadata"]["KeyId"]
    settings.PII_KEK_PROVIDER = "aws-kms"
    yield client
    client.close()
    _client().close()
    _client.cache_clear()
