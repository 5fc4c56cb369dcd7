"""Tokens of stored events brought under the tenant's newest key, so that older ones can be retired.

The one change that is ever made to an outbox entry: a token for a token of the same value, at the same place.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass

import orjson
import structlog
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from events.audit.record import record
from events.envelope import CloudEvent
from events.models import OutboxEntry, Reencryption
from events.pii.keys.errors import KeyInUseError, NoSuchKeyError
from events.pii.keys.ring import keys_for
from events.pii.keys.rows import usable
from events.pii.keys.stored import Slice, slices, with_tokens
from events.pii.protection.reseal import resealed
from events.pii.tokens import TenantKeys
from events.who import Actor, named

log = structlog.get_logger(__name__)

_COLUMNS = (
    "event_id",
    "source",
    "type",
    "subject",
    "time",
    "datacontenttype",
    "dataschema",
    "extensions",
    "data",
    "data_base64",
)


@dataclass(frozen=True, slots=True)
class Progress:
    """All entries up to the sequence `position` of `last` are done."""

    position: int
    last: int
    entries: int = 0
    tokens: int = 0
    unreadable: int = 0


def reencrypt(tenant: str, *, by: Actor) -> Iterator[Progress]:
    """Go over a tenant's stored events, from where an earlier run for the same key has ended. Each step is committed.

    Raises NoSuchKeyError, KeysUnavailableError; KeyInUseError if the key is rotated meanwhile. A token that cannot be
    opened is left and counted.
    """
    if not usable(tenant):
        # Asking for them would have them made, for a tenant that may be a slip of the pen.
        raise NoSuchKeyError(f"{tenant!r} has no keys")
    keys = keys_for(tenant)
    run = _begun(tenant, keys.current.id)
    for part in slices(run.position):
        # Somebody may have rotated or destroyed meanwhile.
        keys = keys_for(tenant)
        if keys.current.id != run.key_id:
            raise KeyInUseError(f"the key of {tenant} was rotated meanwhile: start again")
        _slice(run, keys, part)
        run.refresh_from_db()
        yield Progress(run.position, part.end, run.entries, run.tokens, run.unreadable)
    _finish(run, by)


def _begun(tenant: str, key_id: str) -> Reencryption:
    """The run for a key. One that is finished begins anew: transactions open at the rotation may have come after it."""
    run, _ = Reencryption.objects.get_or_create(tenant=tenant, key_id=key_id)
    if run.finished_at is not None:
        run.position = run.entries = run.tokens = run.unreadable = 0
        run.finished_at = None
        run.save()
    return run


def _slice(run: Reencryption, keys: TenantKeys, part: Slice) -> None:
    entries = tokens = unreadable = 0
    with transaction.atomic():
        for row in with_tokens(run.tenant, part).values_list("sequence", *_COLUMNS):
            done = resealed(CloudEvent.stored(*row[1:]), keys)
            unreadable += done.unreadable
            if done.tokens:
                OutboxEntry.objects.filter(pk=row[0]).update(**_columns(done.event))
                entries, tokens = entries + 1, tokens + done.tokens
        Reencryption.objects.filter(pk=run.pk).update(
            position=part.last,
            entries=F("entries") + entries,
            tokens=F("tokens") + tokens,
            unreadable=F("unreadable") + unreadable,
        )


def _columns(event: CloudEvent) -> dict[str, str | None]:
    data = event.data
    return {
        "data": base64.b64encode(data).decode() if isinstance(data, bytes) else data,
        "extensions": orjson.dumps(dict(event.extensions), option=orjson.OPT_SORT_KEYS).decode(),
    }


def _finish(run: Reencryption, by: Actor) -> None:
    with transaction.atomic():
        Reencryption.objects.filter(pk=run.pk).update(finished_at=Now())
        if run.entries:
            after = {"key": run.key_id, "entries": run.entries}
            record("pii_key.reencrypted", "pii keys", run.tenant, after=after, by=by)
    log.info("pii_key.reencrypted", tenant=run.tenant, key=run.key_id, entries=run.entries, by=named(by))
