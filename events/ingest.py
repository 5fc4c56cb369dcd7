"""Getting events in: decided about and stored in the caller's transaction, or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import ModuleType
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from events import metrics, wakeup
from events.envelope import CloudEvent, EnvelopeError
from events.schemas.admission import current
from events.schemas.admission.admit import admit
from events.schemas.admission.decision import NOTHING, Admission, Admitted, NotAdmittedError
from events.storing import portable, postgresql
from events.storing.errors import Conflict, IngestBusy, IngestError, TransactionRequired
from events.storing.known import KnownEntries
from events.storing.row import Row, fingerprint, rows

__all__ = [
    "Conflict",
    "IngestBusy",
    "IngestError",
    "Ingested",
    "NotAdmittedError",
    "TransactionRequired",
    "ingest",
    "ingest_one",
]

MAX_DECISIONS = 5
"""How often it is decided anew because the registry has changed meanwhile."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """The answer for one event: the id of its outbox entry, whether it was there before, and how it was let in."""

    uuid: UUID
    duplicate: bool
    admission: Admission = NOTHING
    """Nothing for a duplicate: how that was let in stands with its entry."""


def ingest(
    events: CloudEvent | Iterable[CloudEvent], *, tenant: str = "default", using: str = "default"
) -> list[Ingested]:
    """Store events in the transaction that is open on `using`, all or none; answers are in the order of `events`.

    The same event again is a duplicate and keeps its first id. Raises `TransactionRequired`, `NotAdmittedError` for
    events whose type or schema refuses them, `Conflict` for another event of the same source and id, `IngestBusy` when
    one is being stored elsewhere. After an `IngestError` the transaction can only be rolled back: to go on, call this
    in an `atomic()` of its own.
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
        answers = _admit_and_store(connection, given, tenant)
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
    answers = _admit_and_store(connection, [event], tenant)
    _tell(answers)
    return answers[0]


def _tell(answers: Sequence[Ingested]) -> None:
    """Wake the relay and count, after the commit."""
    duplicates = sum(answer.duplicate for answer in answers)
    if duplicates < len(answers):
        wakeup.hint()
    metrics.ingested(len(answers) - duplicates, duplicates)
    metrics.admitted(answer.admission for answer in answers if not answer.duplicate)


def _admit_and_store(connection: BaseDatabaseWrapper, given: Sequence[CloudEvent], tenant: str) -> list[Ingested]:
    """The statement that stores looks whether the rulebook still holds: if not, it is decided by the new one."""
    book = current.kept(connection.alias)
    for _ in range(MAX_DECISIONS):
        try:
            admitted = admit(given, book)
        except NotAdmittedError as error:
            newer = current.refreshed(connection.alias, book)
            if newer is book:
                return _without_repeats(connection, given, tenant, error)
        else:
            answers = _store(connection, rows(given, admitted), admitted, tenant, book.number)
            if answers is not None:
                return answers
            newer = current.read(connection.alias)
        book = newer
    raise IngestBusy


def _without_repeats(
    connection: BaseDatabaseWrapper, given: Sequence[CloudEvent], tenant: str, error: NotAdmittedError
) -> list[Ingested]:
    """What was stored before is a duplicate, also where it would be refused today. Raises the error for anything else.

    A producer that has not heard our answer asks again, and must not be told that nothing is stored.
    """
    refused = {refusal.index: given[refusal.index] for refusal in error.refusals}
    identities = [(event.source, event.id) for event in refused.values()]
    known = _vendor(connection).look_up(connection, identities, tenant)
    stored = {}
    for index, event in refused.items():
        before = known.get((event.source, event.id))
        if before is None or before.fingerprint != fingerprint(event):
            metrics.refused(error.refusals)
            raise error
        stored[index] = Ingested(before.uuid, duplicate=True)
    rest = [event for index, event in enumerate(given) if index not in stored]
    answers = iter(_admit_and_store(connection, rest, tenant) if rest else ())
    return [stored[index] if index in stored else next(answers) for index in range(len(given))]


def _vendor(connection: BaseDatabaseWrapper) -> ModuleType:
    return postgresql if connection.vendor == "postgresql" else portable


def _store(
    connection: BaseDatabaseWrapper, wanted: Sequence[Row], admitted: Sequence[Admitted], tenant: str, number: int
) -> list[Ingested] | None:
    firsts: dict[tuple[str, str], Row] = {}
    for row in wanted:
        firsts.setdefault((row.source, row.event_id), row)
    known = _vendor(connection).store(connection, list(firsts.values()), tenant, number)
    if known is None:
        return None
    if not known and len(firsts) == len(wanted):
        return [
            Ingested(row.uuid, duplicate=False, admission=one.admission)
            for row, one in zip(wanted, admitted, strict=True)
        ]
    return _compare(wanted, admitted, firsts, known)


def _compare(
    wanted: Sequence[Row], admitted: Sequence[Admitted], firsts: dict[tuple[str, str], Row], known: KnownEntries
) -> list[Ingested]:
    answers, conflicts = [], []
    for index, (row, one) in enumerate(zip(wanted, admitted, strict=True)):
        identity = (row.source, row.event_id)
        if known and identity not in known:
            # Its holder was deleted between the two statements.
            raise IngestBusy
        first = known[identity] if known else firsts[identity]
        if first.fingerprint != row.fingerprint:
            conflicts.append(index)
        stored = first.uuid == row.uuid
        answers.append(Ingested(first.uuid, not stored, one.admission if stored else NOTHING))
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
