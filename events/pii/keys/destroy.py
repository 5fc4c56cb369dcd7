"""The end of all keys of a tenant: what they have encrypted is gone for good, and no pseudonym can be made again."""

import structlog
from django.db import transaction
from django.db.models.functions import Now

from events.audit.record import record
from events.models import DataKey
from events.pii.keys.errors import NoSuchKeyError
from events.pii.keys.rows import State
from events.schemas.registry import number as registry
from events.who import Actor, named

log = structlog.get_logger(__name__)


def destroy(tenant: str, *, by: Actor, reason: str) -> list[str]:
    """The ids of the keys that are destroyed. Events that come in afterwards get new ones. Raises NoSuchKeyError."""
    with transaction.atomic():
        rows = DataKey.objects.select_for_update().filter(tenant=tenant).exclude(state=State.DESTROYED)
        ids = sorted(rows.values_list("key_id", flat=True))
        if not ids:
            raise NoSuchKeyError(f"{tenant} has no keys")
        DataKey.objects.filter(key_id__in=ids).update(state=State.DESTROYED, wrapped=None, destroyed_at=Now())
        registry.bump()
        record("pii_key.destroyed", "pii keys", tenant, before=ids, reason=reason, by=by)
    log.info("pii_key.destroyed", tenant=tenant, keys=ids, by=named(by))
    return ids
