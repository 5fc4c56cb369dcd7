"""Getting events in: stored in the caller's transaction, or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from events import metrics, wakeup
from events.envelope import CloudEvent, EnvelopeError
from events.storing import portable, postgresql
from events.storing.errors import Conflict, IngestBusy, IngestError, TransactionRequired
from events.storing.known import KnownEntries
from events.storing.row import Row, rows

__all__ = ["Conflict", "IngestBusy", "IngestError", "Ingested", "TransactionRequired", "ingest", "ingest_one"]


@dataclass(frozen=True, slots=True)
class Ingested:
    """The answer for one event: the id of its outbox entry, and whether it was there before."""

    uuid: UUID
    duplicate: bool


def ingest(
    events: CloudEvent | Iterable[CloudEvent], *, tenant: str = "default", using: str = "default"
) -> list[Ingested]:
    """Store events in the transaction that is open on `using`, all or none; answers are in the order of `events`.

    The same event again is a duplicate and keeps its first id. Raises `TransactionRequired`, `Conflict` for another
    event of the same source and id, `IngestBusy` when one is being stored elsewhere. After an error the transaction
    can only be rolled back: to go on, call this in an `atomic()` of its own.
    """
    given = [events] if isinstance(events, CloudEvent) else list(events)
    connection = connections[using]
    if not connection.in_atomic_block:
        raise TransactionRequired
    if not given:
        return []
    _check_sizes(given)
    connection.validate_no_broken_transaction()
    try:
        answers = _store(connection, rows(given), tenant)
    except IngestError:
        connection.needs_rollback = True
        raise
    # Not a partial: Django names what has failed, and a partial has no name.
    transaction.on_commit(lambda: _tell(answers), using=using, robust=True)
    return answers


def ingest_one(event: CloudEvent, *, tenant: str = "default", using: str = "default") -> Ingested:
    """Store one event in a transaction of its own, for a caller who has nothing else to store. Raises as `ingest`.

    On PostgreSQL that is one round trip: a statement outside a transaction is one itself.
    """
    connection = connections[using]
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        with transaction.atomic(using=using):
            return ingest(event, tenant=tenant, using=using)[0]
    _check_sizes([event])
    connection.ensure_connection()
    answers = _store(connection, rows([event]), tenant)
    _tell(answers)
    return answers[0]


def _tell(answers: Sequence[Ingested]) -> None:
    """Wake the relay and count, after the commit."""
    duplicates = sum(answer.duplicate for answer in answers)
    if duplicates < len(answers):
        wakeup.hint()
    metrics.ingested(len(answers) - duplicates, duplicates)


def _store(connection: BaseDatabaseWrapper, wanted: Sequence[Row], tenant: str) -> list[Ingested]:
    firsts: dict[tuple[str, str], Row] = {}
    for row in wanted:
        firsts.setdefault((row.source, row.event_id), row)
    if connection.vendor == "postgresql":
        known = postgresql.store(connection, list(firsts.values()), tenant)
    else:
        known = portable.store(connection.alias, list(firsts.values()), tenant)
    if not known and len(firsts) == len(wanted):
        return [Ingested(row.uuid, duplicate=False) for row in wanted]
    return _compare(wanted, firsts, known)


def _compare(wanted: Sequence[Row], firsts: dict[tuple[str, str], Row], known: KnownEntries) -> list[Ingested]:
    answers, conflicts = [], []
    for index, row in enumerate(wanted):
        identity = (row.source, row.event_id)
        if known and identity not in known:
            # Its holder was deleted between the two statements.
            raise IngestBusy
        first = known[identity] if known else firsts[identity]
        if first.fingerprint != row.fingerprint:
            conflicts.append(index)
        answers.append(Ingested(first.uuid, duplicate=first.uuid != row.uuid))
    if conflicts:
        raise Conflict(conflicts)
    return answers


def _check_sizes(events: Sequence[CloudEvent]) -> None:
    limit: int = settings.MAX_BODY_BYTES
    for index, event in enumerate(events):
        # No character is more than four bytes long.
        if event.data is not None and len(event.data) * 4 > limit and _size(event.data) > limit:
            raise EnvelopeError("/data", "too-large", f"is larger than {limit} bytes", index)


def _size(data: str | bytes) -> int:
    return len(data.encode() if isinstance(data, str) else data)
