"""Write down an act, in the transaction that does it."""

import json
from typing import Any

from django.db import connection, transaction

from events.audit.chain import GENESIS, Link, digest_of
from events.clock import database_now
from events.models import AuditRecord
from events.who import Actor, named, tenant_of

AUDIT_LOCK = 7_305_110_002
"""Of PostgreSQL's advisory locks: held from the record to the end of the transaction, so that there is one chain."""


def record(
    act: str,
    subject: str,
    subject_id: object = "",
    *,
    before: Any = None,
    after: Any = None,
    reason: str = "",
    by: Actor,
) -> AuditRecord:
    """Append a record of an act on a subject; `before` and `after` are what changed of it, as JSON values.

    Call it last in a transaction: until its end nobody else can append. Neither value may hold an event's data.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an act and its audit record are one transaction")
    _wait_for_the_end_of_the_chain()
    newest = AuditRecord.objects.only("number", "digest").first()
    link = Link(
        number=newest.number + 1 if newest else 1,
        at=database_now(),
        by=named(by),
        tenant=tenant_of(by),
        act=act,
        subject=subject,
        subject_id=str(subject_id),
        before=_text(before),
        after=_text(after),
        reason=reason,
        previous=newest.digest if newest else GENESIS,
    )
    return AuditRecord.objects.create(**link._replace(digest=digest_of(link))._asdict())


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _wait_for_the_end_of_the_chain() -> None:
    """SQLite needs nothing: its transactions here begin with the write lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [AUDIT_LOCK])
