"""A tenant's keys for whoever protects or reads an event. Nothing here calls over a network, but the database.

Every rotation, retirement and destruction changes the registry's number. `keys_for` goes by it, and the statement that
stores an event compares it once more: so nothing is stored by a key whose end was committed.
"""

from collections.abc import Iterable, Sequence

from events.models import DataKey
from events.pii.keys import background, held, kek
from events.pii.keys.errors import KekError, KeysUnavailableError
from events.pii.keys.rows import Purpose, usable
from events.pii.tokens import SecretKey, TenantKeys
from events.schemas.registry import number as registry


def keys_for(tenant: str, *, using: str = "default", number: int | None = None) -> TenantKeys:
    """A tenant's keys. Raises KeysUnavailableError where they are not at hand, and has them fetched in the background.

    `number` is the registry's, where the caller knows it and has the database compare it before anything is stored.
    """
    if number is None:
        number = registry.current(using)
    return held.tenant_keys(tenant, using, number) or _read(tenant, using, number)


def _read(tenant: str, using: str, number: int) -> TenantKeys:
    held.let_go(using, number)
    rows = usable(tenant, using)
    secrets = _at_hand(tenant, rows)
    if len(secrets) < len(rows) or not rows:
        background.ask(tenant)
    keys = _assembled(tenant, rows, secrets)
    if len(secrets) == len(rows):
        held.keep_tenant(keys, using, number)
    return keys


def _at_hand(tenant: str, rows: Iterable[DataKey]) -> dict[str, SecretKey]:
    """The keys that are held, or can be unwrapped without a call. Raises KeysUnavailableError."""
    found = {row.key_id: held.secret(row) or _unwrapped_here(tenant, row) for row in rows}
    return {key_id: key for key_id, key in found.items() if key is not None}


def _unwrapped_here(tenant: str, row: DataKey) -> SecretKey | None:
    try:
        return held.unwrapped(row) if kek.for_id(row.kek).local else None
    except KekError as error:
        raise KeysUnavailableError(tenant, str(error)) from error


def _assembled(tenant: str, rows: Sequence[DataKey], secrets: dict[str, SecretKey]) -> TenantKeys:
    """A predecessor encrypts until a new key is unwrapped: the policy holds either way, and nobody has to wait."""
    encrypting, naming = (
        [secrets[row.key_id] for row in rows if row.purpose == purpose and row.key_id in secrets]
        for purpose in (Purpose.ENCRYPT, Purpose.PSEUDONYM)
    )
    if not encrypting or not naming:
        raise KeysUnavailableError(tenant, _reason(rows))
    return TenantKeys(tenant, encrypting[0], naming[0], {key.id: key for key in encrypting})


def _reason(rows: Sequence[DataKey]) -> str:
    if not kek.configured():
        return "no key-encryption key is configured: see PII_KEK_PROVIDER"
    return "they are being fetched" if rows else "they are being made"
