"""Who works on an operation: one worker at a time, by a lease with a random token on the database's clock."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Q
from django.db.models.functions import Coalesce, Now

from dlq.models import Operation

LEASE = timedelta(seconds=30)
DUE = Q(due_at=None) | Q(due_at__lte=Now())


def claim(operation_id: int) -> UUID | None:
    """Take an operation that is open and due and that nobody works on, by compare-and-set; None if it is none."""
    token = uuid4()
    claimed = Operation.objects.filter(_free(), DUE, pk=operation_id, state__in=Operation.OPEN).update(
        token=token,
        expires_at=Now() + LEASE,
        state=Operation.State.RUNNING,
        started_at=Coalesce("started_at", Now()),
    )
    return token if claimed else None


def held(operation_id: int, token: UUID) -> Operation | None:
    """The operation, locked to the end of the transaction, if this token still holds it.

    The lock is the fence: whoever wants to take it over waits, and then finds the lease renewed.
    """
    return Operation.objects.select_for_update().filter(pk=operation_id, token=token).first()


def renewed() -> dict[str, Any]:
    return {"expires_at": Now() + LEASE}


def release(operation_id: int, token: UUID) -> None:
    """Let others take it at once."""
    Operation.objects.filter(pk=operation_id, token=token).update(token=None, expires_at=None)


def due_in(operation_id: int) -> float | None:
    """Seconds until somebody may take it; None if it is over, or somebody works on it."""
    free = Operation.objects.filter(_free(), pk=operation_id, state__in=Operation.OPEN)
    for due_at, now in free.values_list("due_at", Now()):
        return max(0.0, (due_at - now).total_seconds()) if due_at else 0.0
    return None


def abandoned() -> list[int]:
    """The open operations that are due and that nobody works on, oldest first."""
    return list(
        Operation.objects.filter(_free(), DUE, state__in=Operation.OPEN).order_by("pk").values_list("pk", flat=True)
    )


def _free() -> Q:
    return Q(token=None) | Q(expires_at__lte=Now())
