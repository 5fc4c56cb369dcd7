"""Data keys as rows: made, read, wrapped."""

import secrets

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet

from events.models import DataKey
from events.pii.keys import kek
from events.pii.keys.kek.port import KeyContext, Wrapped
from events.pii.tokens.keys import KEY_BYTES

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
Purpose, State = DataKey.Purpose, DataKey.State
USABLE = (State.ACTIVE, State.DECRYPT_ONLY)


def ensure_keys(tenant: str) -> int:
    """Make what a tenant lacks of its two keys; how many were made. Raises KekError.

    Of several who do it at once, one makes them. Wrapping may be a call over the network: no transaction is open then.
    """
    return sum(_ensure(tenant, purpose) for purpose in Purpose)


def _ensure(tenant: str, purpose: DataKey.Purpose) -> bool:
    if _of(tenant, purpose).filter(state=State.ACTIVE).exists():
        return False
    key = new_key(tenant, purpose)
    try:
        with transaction.atomic():
            key.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def new_key(tenant: str, purpose: DataKey.Purpose) -> DataKey:
    """The next version of a key, wrapped but not saved yet. Raises KekError."""
    newest = _of(tenant, purpose).aggregate(newest=Max("version"))["newest"] or 0
    key_id = "".join(secrets.choice(ALPHABET) for _ in range(8))
    wrapped = kek.current().wrap(secrets.token_bytes(KEY_BYTES), KeyContext(tenant, purpose.value, newest + 1, key_id))
    return DataKey(
        key_id=key_id, tenant=tenant, purpose=purpose, version=newest + 1, wrapped=wrapped.key, kek=wrapped.kek
    )


def unwrap(row: DataKey) -> bytes:
    """Raises KekError."""
    return kek.for_id(row.kek).unwrap(Wrapped(bytes(row.wrapped or b""), row.kek), context_of(row))


def context_of(row: DataKey) -> KeyContext:
    return KeyContext(row.tenant, row.purpose, row.version, row.key_id)


def usable(tenant: str, using: str = "default") -> list[DataKey]:
    """The newest first."""
    rows = DataKey.objects.using(using).filter(tenant=tenant, state__in=USABLE)
    return list(rows.order_by("purpose", "-version"))


def _of(tenant: str, purpose: DataKey.Purpose) -> QuerySet[DataKey]:
    return DataKey.objects.filter(tenant=tenant, purpose=purpose)
