"""Redrive: put dead letters back on their way."""

from collections.abc import Iterable

import structlog
from django.db import transaction
from django.db.models.functions import Now

from dlq.act import slices, take_dead
from events import wakeup
from routing.models import Delivery

log = structlog.get_logger(__name__)


def redrive(delivery_ids: Iterable[int], *, by: str) -> int:
    """Make the dead ones among these deliveries pending and due now, each to the destination it died at.

    Returns how many this call took. Attempts and age start anew; the last error stays to be seen, and so does the time
    of a try that was never answered. `by` names who acts, as logs may show it.
    """
    return sum(_redrive(part, by) for part in slices(delivery_ids))


@transaction.atomic
def _redrive(delivery_ids: list[int], by: str) -> int:
    taken = take_dead(delivery_ids)
    Delivery.objects.filter(pk__in=taken, state=Delivery.State.DEAD).update(
        state=Delivery.State.PENDING,
        attempts=0,
        next_attempt_at=Now(),
        first_failed_at=None,
        held_base_seconds=0.0,
        finished_at=None,
    )
    transaction.on_commit(wakeup.hint, robust=True)
    log.info("dead_letters.redriven", count=len(taken), by=by)
    return len(taken)
