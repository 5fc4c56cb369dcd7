"""Do an act on many, slice by slice upwards by primary key: each slice is one transaction, and counts once."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.db.models import F
from django.db.models.functions import Now

from dlq.discard import discard
from dlq.models import Operation
from dlq.operations.lease import abandoned, claim, due_in, held, release, renewed
from dlq.operations.pace import due_again, slice_size
from dlq.operations.subject import Subject, rows
from dlq.redrive import redrive
from events.clock import database_now
from routing.relay import shutdown
from routing.route_again import route_again
from routing.search.qualifiers import QueryError

log = structlog.get_logger(__name__)

SLICE = 500
AT_ONCE_SECONDS = 5.0
"""How long one task works before others have their turn: it shares a process with what must happen on time."""

State = Operation.State
AfterSlice = Callable[[Operation], None]


def run(operation_id: int, *, seconds: float = AT_ONCE_SECONDS, after_slice: AfterSlice | None = None) -> float | None:
    """Work on an operation for a while, if nobody else does. After how many seconds to come again; None: not at all.

    Whoever loses the lease on the way does no further slice. `after_slice` is told of each slice that is committed.
    """
    token = claim(operation_id)
    if token is None:
        return due_in(operation_id)
    until = time.monotonic() + seconds
    while operation := _slice_or_fail(operation_id, token):
        if after_slice:
            after_slice(operation)
        if not operation.open:
            return None
        if time.monotonic() >= until or shutdown.requested() or not _due(operation):
            release(operation_id, token)
            return due_in(operation_id)
    return None


def _due(operation: Operation) -> bool:
    return operation.due_at is None or operation.due_at <= database_now()


def resume() -> None:
    """Go on with what waits or was left behind: nothing depends on a message that arrives."""
    for operation_id in abandoned():
        run(operation_id)


def _slice_or_fail(operation_id: int, token: UUID) -> Operation | None:
    try:
        return _slice(operation_id, token)
    except (OperationalError, InterfaceError):
        # The database is away, or chose this one to end a deadlock: whoever comes next goes on.
        raise
    except (DatabaseError, QueryError) as error:
        log.exception("operation.failed", operation_id=operation_id, error_class=type(error).__name__)
        return _fail(operation_id, token, type(error).__name__)


@transaction.atomic
def _slice(operation_id: int, token: UUID) -> Operation | None:
    """Act on the next rows and move on. None if the lease is another's by now."""
    operation = held(operation_id, token)
    if operation is None:
        return None
    if operation.cancel_requested:
        return _end(operation, State.CANCELLED)
    part = _next(operation, slice_size(operation.rate, SLICE))
    if not part:
        return _end(operation, State.DONE)
    taken = _act(operation, part)
    return _write(
        operation, position=part[-1], taken=F("taken") + taken, due_at=_next_at(operation, taken), **renewed()
    )


def _next_at(operation: Operation, taken: int) -> datetime | None:
    if operation.rate is None:
        return None
    return due_again(operation.due_at, database_now(), taken=taken, rate=operation.rate)


def _next(operation: Operation, size: int) -> list[int]:
    subject = Subject.of(operation).after(operation.position, size)
    found = rows(operation.kind, subject, operation.as_of).filter(pk__gt=operation.position, pk__lte=operation.upto)
    return list(found.order_by("pk").values_list("pk", flat=True)[:size])


def _act(operation: Operation, part: list[int]) -> int:
    match operation.kind:
        case Operation.Kind.REDRIVE:
            return redrive(part, by=operation.by)
        case Operation.Kind.DISCARD:
            return discard(part, reason=operation.reason, by=operation.by)
        case _:
            return route_again(part, by=operation.by)


def _end(operation: Operation, state: Operation.State, error: str = "") -> Operation:
    log.info("operation.ended", operation=str(operation.uuid), state=state.value, taken=operation.taken)
    return _write(operation, state=state, error=error, finished_at=Now(), token=None, expires_at=None)


@transaction.atomic
def _fail(operation_id: int, token: UUID, error: str) -> Operation | None:
    operation = held(operation_id, token)
    return operation and _end(operation, State.FAILED, error)


def _write(operation: Operation, **values: Any) -> Operation:
    Operation.objects.filter(pk=operation.pk).update(**values)
    operation.refresh_from_db()
    return operation
