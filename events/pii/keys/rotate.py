"""A new version of the key that encrypts a tenant's data; the one before goes on reading what it has encrypted."""

import structlog
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from events.audit.record import record
from events.models import DataKey
from events.pii.keys.errors import KeyInUseError, NoSuchKeyError
from events.pii.keys.rows import Purpose, State, new_key
from events.schemas.registry import number as registry
from events.who import Actor, named

log = structlog.get_logger(__name__)


def rotate(tenant: str, *, by: Actor, reason: str = "") -> DataKey:
    """Returns the new key, which all processes use from now on. Raises NoSuchKeyError, KeyInUseError, KekError.

    The key of pseudonyms stays, so that they do.
    """
    active = DataKey.objects.filter(tenant=tenant, purpose=Purpose.ENCRYPT, state=State.ACTIVE)
    before = active.first()
    if before is None:
        raise NoSuchKeyError(f"{tenant} has no keys yet: they are made when its first API key is")
    # Wrapping may take a call over the network: no transaction is open.
    key = new_key(tenant, Purpose.ENCRYPT)
    try:
        with transaction.atomic():
            active.update(state=State.DECRYPT_ONLY, superseded_at=Now())
            key.save(force_insert=True)
            registry.bump()
            record("pii_key.rotated", "pii keys", tenant, before=before.key_id, after=key.key_id, reason=reason, by=by)
    except IntegrityError:
        raise KeyInUseError("somebody else rotates the key at this moment") from None
    log.info("pii_key.rotated", tenant=tenant, key=key.key_id, version=key.version, by=named(by))
    return key
