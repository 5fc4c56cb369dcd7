"""Write down an act, in the transaction that does it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import QuerySet

from events.audit.chain import GENESIS, Link, digest_of
from events.clock import database_now
from events.models import AuditRecord
from events.who import Actor, named, tenant_of

AUDIT_LOCK = 7_305_110_002
"""Of PostgreSQL's advisory locks: held from the record to the end of the transaction, so that there is one chain."""


class _Act(NamedTuple):
    act: str
    subject: str
    subject_id: str
    before: str
    after: str
    reason: str
    by: Actor


_together: ContextVar[list[_Act] | None] = ContextVar("acts recorded together", default=None)


def record(
    act: str,
    subject: str,
    subject_id: object = "",
    *,
    before: Any = None,
    after: Any = None,
    reason: str = "",
    by: Actor,
) -> None:
    """Append a record of an act on a subject; `before` and `after` are what changed of it, as JSON values.

    Call it last in a transaction: until its end nobody else can append. Neither value may hold an event's data.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an act and its audit record are one transaction")
    done = _Act(act, subject, str(subject_id), text_of(before), text_of(after), reason, by)
    waiting = _together.get()
    if waiting is None:
        _append(done)
    else:
        waiting.append(done)


@contextmanager
def recorded_together() -> Iterator[None]:
    """A transaction of several acts: their records come after the last of them.

    Else the second act would wait for its rows while it holds the end of the chain, and whoever holds those rows would
    wait for that. An act in it must not be rolled back alone.
    """
    acts: list[_Act] = []
    with transaction.atomic():
        token = _together.set(acts)
        try:
            yield
        finally:
            _together.reset(token)
        for done in acts:
            _append(done)


def unrecorded(alike: QuerySet[AuditRecord]) -> bool:
    """Whether there is none of these records, nor will anybody else append one before this transaction ends.

    For acts that whoever is refused could repeat at will: a record of each would let them fill the chain.
    """
    if alike.exists():
        # Whoever repeats it keeps nobody from the end of the chain.
        return False
    _wait_for_the_end_of_the_chain()
    return not alike.exists()


def _append(done: _Act) -> None:
    _wait_for_the_end_of_the_chain()
    newest = AuditRecord.objects.only("number", "digest").first()
    link = Link(
        number=newest.number + 1 if newest else 1,
        at=database_now(),
        by=named(done.by),
        tenant=tenant_of(done.by),
        act=done.act,
        subject=done.subject,
        subject_id=done.subject_id,
        before=done.before,
        after=done.after,
        reason=done.reason,
        previous=newest.digest if newest else GENESIS,
    )
    AuditRecord.objects.create(**link._replace(digest=digest_of(link))._asdict())


def text_of(value: Any) -> str:
    """As a record keeps it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _wait_for_the_end_of_the_chain() -> None:
    """SQLite needs nothing: its transactions here begin with the write lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [AUDIT_LOCK])
