"""The end of a key that was rotated out: from then on it opens no token."""

import structlog
from django.db import transaction
from django.db.models.functions import Now

from events.audit.record import record
from events.models import DataKey
from events.pii.keys.errors import KeyInUseError, NoSuchKeyError
from events.pii.keys.rows import Purpose, State
from events.pii.keys.stored import entries_with
from events.schemas.registry import number as registry
from events.who import Actor, named

log = structlog.get_logger(__name__)


def retire(tenant: str, key_id: str, *, by: Actor, reason: str = "", although_used: bool = False) -> DataKey:
    """Raises NoSuchKeyError; KeyInUseError for the active key, and for one that stored events still need."""
    key = DataKey.objects.filter(tenant=tenant, key_id=key_id, purpose=Purpose.ENCRYPT).first()
    if key is None or key.state not in (State.ACTIVE, State.DECRYPT_ONLY):
        raise NoSuchKeyError(f"{tenant} has no key {key_id} that could be retired")
    if key.state == State.ACTIVE:
        raise KeyInUseError(f"the key {key_id} encrypts what comes in: rotate first")
    if not although_used and entries_with(tenant, key_id):
        raise KeyInUseError(f"stored events still have tokens of the key {key_id}: re-encrypt them first")
    with transaction.atomic():
        changed = DataKey.objects.filter(pk=key.pk, state=State.DECRYPT_ONLY)
        if not changed.update(state=State.RETIRED, retired_at=Now()):
            raise NoSuchKeyError(f"the key {key_id} was retired or destroyed meanwhile")
        registry.bump()
        record("pii_key.retired", "pii keys", tenant, before=key_id, reason=reason, by=by)
    log.info("pii_key.retired", tenant=tenant, key=key_id, by=named(by))
    return key
