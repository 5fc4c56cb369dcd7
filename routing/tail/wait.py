"""Waiting until an event is at its end: delivered, dead, unrouted or discarded."""

import time
from collections.abc import Callable, Iterator
from uuid import UUID

from events.models import OutboxEntry
from routing.models import Delivery
from routing.tail.standing import Standing, standing_of

POLL_FIRST, POLL_CAP = 0.02, 0.5


def wait_for(uuid: UUID, seconds: float, clock: Callable[[], float] = time.monotonic) -> Iterator[Standing]:
    """How the event stands, then each change of it; ends with its end, or when the time is up."""
    end, pause, last = clock() + seconds, POLL_FIRST, None
    while True:
        standing = standing_of(_read(uuid))
        if standing != last:
            yield standing
            last, pause = standing, POLL_FIRST
        if standing.state != Delivery.State.PENDING or clock() >= end:
            return
        time.sleep(min(pause, max(0.0, end - clock())))
        pause = min(pause * 2, POLL_CAP)


def _read(uuid: UUID) -> OutboxEntry:
    rows = OutboxEntry.objects.select_related("pending", "unrouted").prefetch_related("deliveries__destination")
    return rows.defer("data", "extensions", "fingerprint").get(uuid=uuid)
