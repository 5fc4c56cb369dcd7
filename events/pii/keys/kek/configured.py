"""The key-encryption keys that the settings name."""

from pathlib import Path

from django.conf import settings

from events.pii.keys.errors import KekMissingError
from events.pii.keys.kek.aws_kms import SCHEME as AWS_KMS
from events.pii.keys.kek.aws_kms import KmsKey
from events.pii.keys.kek.local import LocalKeys, parse_keys
from events.pii.keys.kek.port import KeyEncryptionKey

PROVIDERS = ("env", "file", AWS_KMS)


def configured() -> bool:
    """Whether anything is named; not whether it works."""
    provider = settings.PII_KEK_PROVIDER
    named = {"env": settings.PII_KEY_ENCRYPTION_KEYS, "file": settings.PII_KEK_FILE, AWS_KMS: settings.PII_KMS_KEY_ID}
    return bool(named.get(provider))


def current() -> KeyEncryptionKey:
    """The one that wraps new keys. Raises KekMissingError."""
    if settings.PII_KEK_PROVIDER not in PROVIDERS:
        raise KekMissingError(f"PII_KEK_PROVIDER is none of {', '.join(PROVIDERS)}")
    if not configured():
        raise KekMissingError("no key-encryption key is configured: see PII_KEK_PROVIDER")
    return KmsKey(settings.PII_KMS_KEY_ID) if settings.PII_KEK_PROVIDER == AWS_KMS else _local()


def for_id(kek: str) -> KeyEncryptionKey:
    """The one that has wrapped a key, also where another one wraps new keys by now. Raises KekMissingError."""
    scheme, _, name = kek.partition(":")
    return KmsKey(name) if scheme == AWS_KMS else _local()


def _local() -> LocalKeys:
    if settings.PII_KEK_PROVIDER != "file":
        return parse_keys(settings.PII_KEY_ENCRYPTION_KEYS)
    try:
        return parse_keys(Path(settings.PII_KEK_FILE).read_text("ascii"))
    except (OSError, UnicodeDecodeError):
        raise KekMissingError("the file PII_KEK_FILE names cannot be read") from None
