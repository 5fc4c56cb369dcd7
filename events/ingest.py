"""Getting events in: decided about and stored in the caller's transaction, or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from events import metrics, wakeup
from events.envelope import CloudEvent, EnvelopeError
from events.first_query import trust_if_quiet
from events.pii.at_ingest import protect_all
from events.pii.keys.errors import KeysUnavailableError
from events.pii.keys.ring import keys_for
from events.pii.policies.errors import PoliciesUnreadableError
from events.pii.protection import Act
from events.schemas.admission import current
from events.schemas.admission.admit import admit
from events.schemas.admission.decision import NOTHING, Admission, Admitted, NotAdmittedError
from events.schemas.admission.rulebook import Rulebook
from events.schemas.parts.errors import PartsError
from events.storing import portable, postgresql
from events.storing.digests import Digests
from events.storing.errors import Conflict, IngestBusy, IngestError, KeyRevoked, TransactionRequired
from events.storing.held_key import check_key
from events.storing.known import Identity, Known, KnownEntries, Terms
from events.storing.positions import counted_among
from events.storing.row import Row, rows
from events.who import HeldKey

__all__ = [
    "Conflict",
    "IngestBusy",
    "IngestError",
    "Ingested",
    "KeyRevoked",
    "KeysUnavailableError",
    "NotAdmittedError",
    "PoliciesUnreadableError",
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
    acts: Sequence[Act] = ()
    """What a policy did about personal data in it; nothing for a duplicate."""


def ingest(
    events: CloudEvent | Iterable[CloudEvent],
    *,
    tenant: str = "default",
    using: str = "default",
    key: HeldKey | None = None,
) -> list[Ingested]:
    """Store events in the transaction that is open on `using`, all or none; answers are in the order of `events`.

    The same event again is a duplicate and keeps its first id. Raises `TransactionRequired`, `NotAdmittedError` for
    events whose type, schema or personal data refuses them, `KeysUnavailableError` where that cannot be protected now,
    `PoliciesUnreadableError` where a newer release says how, `Conflict` for another event of the same source and id,
    `IngestBusy` when one is being stored elsewhere, `KeyRevoked` where `key` is given and does not hold any more. After
    an `IngestError` the transaction can only be rolled back: to go on, call this in an `atomic()` of its own.
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
        answers = _admit_and_store(connection, given, tenant, key)
    except IngestError:
        connection.needs_rollback = True
        raise
    # Not a partial: Django names what has failed, and a partial has no name.
    transaction.on_commit(lambda: _tell(answers), using=using, robust=True)
    return answers


def ingest_one(
    event: CloudEvent, *, tenant: str = "default", using: str = "default", key: HeldKey | None = None
) -> Ingested:
    """Store one event in a transaction of its own, for a caller who has nothing else to store. Raises as `ingest`.

    On PostgreSQL that is one round trip: a statement outside a transaction is one itself.
    """
    connection = connections[using]
    trust_if_quiet(connection)
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        with transaction.atomic(using=using):
            return ingest(event, tenant=tenant, using=using, key=key)[0]
    _check_sizes([event])
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    answers = _admit_and_store(connection, [event], tenant, key)
    _tell(answers)
    return answers[0]


def _tell(answers: Sequence[Ingested]) -> None:
    """Wake the relay and count, after the commit."""
    duplicates = sum(answer.duplicate for answer in answers)
    if duplicates < len(answers):
        wakeup.hint()
    metrics.ingested(len(answers) - duplicates, duplicates)
    metrics.admitted(answer.admission for answer in answers if not answer.duplicate)
    metrics.treated(act for answer in answers for act in answer.acts)


def _admit_and_store(
    connection: BaseDatabaseWrapper, given: Sequence[CloudEvent], tenant: str, key: HeldKey | None
) -> list[Ingested]:
    """The statement that stores looks whether the rulebook still holds: if not, it is decided by the new one."""
    book = current.kept(connection.alias)
    for _ in range(MAX_DECISIONS):
        try:
            admitted = _decided(connection, given, book, tenant)
        except (NotAdmittedError, KeysUnavailableError, PartsError) as error:
            # A schema of a rulebook that was rolled back, or of a database before it was restored, is not there.
            newer = current.refreshed(connection.alias, book)
            if newer is not book:
                book = newer
                continue
            if isinstance(error, NotAdmittedError):
                return _without_repeats(connection, given, tenant, key, error)
            if isinstance(error, KeysUnavailableError):
                metrics.keys_unavailable(len(given))
            raise
        answers = _store(connection, given, admitted, Digests(tenant, connection.alias, book.number), key)
        if answers is not None:
            return answers
        book = current.read(connection.alias)
    raise IngestBusy


def _decided(
    connection: BaseDatabaseWrapper, given: Sequence[CloudEvent], book: Rulebook, tenant: str
) -> list[Admitted]:
    """By type and schema first, then by the policies for personal data: what is stored has passed both."""
    keys = partial(keys_for, tenant, using=connection.alias, number=book.number)
    return protect_all(admit(given, book), book.policies, settings.ENVIRONMENT, keys, tenant)


def _without_repeats(
    connection: BaseDatabaseWrapper,
    given: Sequence[CloudEvent],
    tenant: str,
    key: HeldKey | None,
    error: NotAdmittedError,
) -> list[Ingested]:
    """What was stored before is a duplicate, also where it would be refused today. Raises the error for anything else.

    A producer that has not heard our answer asks again, and must not be told that nothing is stored.
    """
    check_key(connection, key)
    refused = {refusal.index: given[refusal.index] for refusal in error.refusals}
    identities = [(event.source, event.id) for event in refused.values()]
    known = _vendor(connection).look_up(connection, identities, tenant)
    digests = Digests(tenant, connection.alias)
    stored = {}
    for index, event in refused.items():
        before = known.get((event.source, event.id))
        if before is None or not digests.fits(before.fingerprint, event):
            metrics.refused(error.refusals)
            raise error
        stored[index] = Ingested(before.uuid, duplicate=True)
    rest = [event for index, event in enumerate(given) if index not in stored]
    with counted_among([index for index in range(len(given)) if index not in stored], len(given)):
        answers = iter(_admit_and_store(connection, rest, tenant, key) if rest else ())
    return [stored[index] if index in stored else next(answers) for index in range(len(given))]


def _vendor(connection: BaseDatabaseWrapper) -> ModuleType:
    return postgresql if connection.vendor == "postgresql" else portable


def _store(
    connection: BaseDatabaseWrapper,
    given: Sequence[CloudEvent],
    admitted: Sequence[Admitted],
    digests: Digests,
    key: HeldKey | None,
) -> list[Ingested] | None:
    wanted = rows(given, admitted, digests)
    firsts: dict[tuple[str, str], Row] = {}
    for row in wanted:
        firsts.setdefault((row.source, row.event_id), row)
    known = _vendor(connection).store(connection, list(firsts.values()), Terms(digests.tenant, digests.number, key))
    if known is None:
        return None
    if not known and len(firsts) == len(wanted):
        return [
            Ingested(row.uuid, duplicate=False, admission=one.admission, acts=one.acts)
            for row, one in zip(wanted, admitted, strict=True)
        ]
    conflicts = [
        index
        for index, (row, event) in enumerate(zip(wanted, given, strict=True))
        if not digests.fits(_first(row, firsts, known).fingerprint, event, row.fingerprint)
    ]
    if conflicts:
        raise Conflict(conflicts)
    return [_answer(row, one, _first(row, firsts, known)) for row, one in zip(wanted, admitted, strict=True)]


def _first(row: Row, firsts: dict[Identity, Row], known: KnownEntries) -> Row | Known:
    """What holds the identity of a row: an entry from before, or the first of this call."""
    identity = (row.source, row.event_id)
    if known and identity not in known:
        # Its holder was deleted between the two statements.
        raise IngestBusy
    return known[identity] if known else firsts[identity]


def _answer(row: Row, one: Admitted, first: Row | Known) -> Ingested:
    stored = first.uuid == row.uuid
    return Ingested(first.uuid, not stored, one.admission if stored else NOTHING, one.acts if stored else ())


def _check_sizes(events: Sequence[CloudEvent]) -> None:
    limit: int = settings.MAX_BODY_BYTES
    for index, event in enumerate(events):
        # No character is more than four bytes long.
        if event.data is not None and len(event.data) * 4 > limit and _size(event.data) > limit:
            raise EnvelopeError("/data", "too-large", f"is larger than {limit} bytes", index)


def _size(data: str | bytes) -> int:
    return len(data.encode() if isinstance(data, str) else data)
