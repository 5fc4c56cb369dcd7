"""Data keys under another key-encryption key: the keys themselves, and so all tokens, stay as they are."""

from collections.abc import Iterator
from typing import NamedTuple

import structlog
from django.db import transaction

from events.audit.record import record
from events.models import DataKey
from events.pii.keys import kek
from events.pii.keys.kek.port import Wrapped
from events.pii.keys.rows import State, context_of, unwrap
from events.who import Actor, named

log = structlog.get_logger(__name__)


class Rewrapped(NamedTuple):
    """How far it is: of `total` keys `done` were looked at, and `changed` of them wrapped anew."""

    done: int
    total: int
    changed: int


def rewrap(tenant: str = "", *, by: Actor) -> Iterator[Rewrapped]:
    """Wrap what another key-encryption key has wrapped, of one tenant or of all. Raises KekError; may be run again."""
    rows = DataKey.objects.exclude(state=State.DESTROYED).order_by("pk")
    if tenant:
        rows = rows.filter(tenant=tenant)
    ids = list(rows.values_list("pk", flat=True))
    changed = 0
    for done, pk in enumerate(ids, 1):
        changed += _rewrap(pk)
        yield Rewrapped(done, len(ids), changed)
    if changed:
        with transaction.atomic():
            record("pii_key.rewrapped", "pii keys", tenant, after=changed, by=by)
        log.info("pii_key.rewrapped", tenant=tenant, keys=changed, by=named(by))


def _rewrap(pk: int) -> bool:
    row = DataKey.objects.filter(pk=pk).exclude(state=State.DESTROYED).first()
    if row is None:
        return False
    before = row.kek
    wrapped: Wrapped = kek.current().wrap(unwrap(row), context_of(row))
    if wrapped.kek == before:
        return False
    # A key that was destroyed meanwhile stays so.
    unchanged = DataKey.objects.filter(pk=pk, kek=before, wrapped__isnull=False)
    return bool(unchanged.update(wrapped=wrapped.key, kek=wrapped.kek))
