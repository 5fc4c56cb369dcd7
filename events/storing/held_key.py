"""Whether an API key still holds, asked by itself where no statement asks it along the way."""

from django.db.backends.base.base import BaseDatabaseWrapper

from events.models import ApiKey
from events.storing.errors import KeyRevoked
from events.who import HeldKey


def check_key(connection: BaseDatabaseWrapper, key: HeldKey | None) -> None:
    """Raises `KeyRevoked`."""
    if key is None:
        return
    held = ApiKey.objects.using(connection.alias).filter(prefix=key.prefix, digest=key.digest, revoked_at=None)
    if not held.exists():
        raise KeyRevoked
