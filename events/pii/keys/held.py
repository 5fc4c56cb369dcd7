"""The unwrapped keys that this process holds, by key id."""

import threading

from events.models import DataKey
from events.pii.keys.rows import USABLE, unwrap, usable
from events.pii.tokens import SecretKey, TenantKeys

_lock = threading.Lock()
_secrets: dict[str, SecretKey] = {}
_tenants: dict[tuple[str, str], tuple[int, TenantKeys]] = {}
_looked: dict[str, int] = {}


def tenant_keys(tenant: str, using: str, number: int) -> TenantKeys | None:
    """A tenant's keys, if they were read when the registry had this number."""
    held = _tenants.get((using, tenant))
    return held[1] if held is not None and held[0] == number else None


def keep_tenant(keys: TenantKeys, using: str, number: int) -> None:
    _tenants[using, keys.tenant] = (number, keys)


def secret(row: DataKey) -> SecretKey | None:
    return _secrets.get(row.key_id)


def unwrapped(row: DataKey) -> SecretKey:
    """Unwrap a key, wherever that is done, and hold it. Raises KekError."""
    key = SecretKey(row.key_id, unwrap(row))
    with _lock:
        _secrets[key.id] = key
    return key


def fetch(tenant: str) -> None:
    """Unwrap what of a tenant's keys is not held. For the background: it may call over the network. Raises KekError."""
    for row in usable(tenant):
        if secret(row) is None:
            unwrapped(row)
    with _lock:
        for place in [place for place in _tenants if place[1] == tenant]:
            del _tenants[place]


def let_go(using: str, number: int) -> None:
    """Drop the keys that have come to their end since the registry had another number."""
    if _looked.get(using) == number:
        return
    usable_ids = set(DataKey.objects.using(using).filter(state__in=USABLE).values_list("key_id", flat=True))
    with _lock:
        for key_id in _secrets.keys() - usable_ids:
            del _secrets[key_id]
        for place in [place for place, held in _tenants.items() if place[0] == using and held[0] != number]:
            del _tenants[place]
        _looked[using] = number


def forget() -> None:
    """Drop all."""
    with _lock:
        _secrets.clear()
        _tenants.clear()
        _looked.clear()
