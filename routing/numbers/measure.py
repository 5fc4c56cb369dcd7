"""Counting what stands where: done by one task every few seconds, so that nobody else has to.

Each count is one statement over an index that holds only what is counted; pages and metrics read its result.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Count, Min, Q

from events.models import OutboxEntry, PendingEntry
from routing.models import Delivery, Depth, Destination, Unrouted

Queue = Depth.Queue
STATEMENT_TIMEOUT = "SET LOCAL statement_timeout = '15s'"


class Found(NamedTuple):
    number: int = 0
    oldest_at: datetime | None = None


EMPTY = Found()


def measure() -> None:
    """Write how much waits for the relay and for each destination, is dead or unrouted, and since when the oldest.

    The oldest of what waits is told by the lowest sequence: when that was accepted.
    """
    destinations = sorted(Destination.objects.values_list("pk", flat=True))
    with _bounded():
        rows = [_row(Queue.FRESH, 0, _fresh()), _row(Queue.UNROUTED, 0, _unrouted())]
        for queue, found in ((Queue.PENDING, _pending()), (Queue.DEAD, _dead())):
            rows += [_row(queue, pk, found.get(pk, EMPTY)) for pk in destinations]
    _write(rows, destinations)


@contextmanager
def _bounded() -> Iterator[None]:
    """A count that takes too long is given up: the age of the last measure tells."""
    if connection.vendor != "postgresql":
        # There a transaction would keep others from writing.
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STATEMENT_TIMEOUT)
        yield


def _fresh() -> Found:
    found = PendingEntry.objects.aggregate(count=Count("pk"), first=Min("pk"))
    return Found(found["count"], _accepted([found["first"]]).get(found["first"]))


def _pending() -> Mapping[int, Found]:
    rows = Delivery.objects.filter(state=Delivery.State.PENDING).values_list("destination_id")
    found = list(rows.annotate(count=Count("*"), first=Min("entry_id")))
    accepted = _accepted(first for _, _, first in found)
    return {pk: Found(count, accepted.get(first)) for pk, count, first in found}


def _dead() -> Mapping[int, Found]:
    rows = Delivery.objects.filter(state=Delivery.State.DEAD).values_list("destination_id")
    return {pk: Found(*found) for pk, *found in rows.annotate(count=Count("*"), oldest=Min("finished_at"))}


def _unrouted() -> Found:
    found = Unrouted.objects.aggregate(count=Count("pk"), first=Min("pk"))
    oldest = Unrouted.objects.filter(pk=found["first"]).values_list("since", flat=True).first()
    return Found(found["count"], oldest)


def _accepted(sequences: Iterable[int | None]) -> Mapping[int | None, datetime]:
    known = OutboxEntry.objects.filter(pk__in=[each for each in sequences if each is not None])
    return dict(known.values_list("pk", "accepted_at"))


def _row(queue: Queue, destination_id: int, found: Found) -> Depth:
    return Depth(queue=queue, destination_id=destination_id, count=found.number, oldest_at=found.oldest_at)


def _write(rows: list[Depth], destinations: list[int]) -> None:
    """In one order, so that two who measure at once wait for each other, never both."""
    rows.sort(key=lambda row: (row.queue, row.destination_id))
    Depth.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["queue", "destination_id"],
        update_fields=["count", "oldest_at", "measured_at"],
    )
    Depth.objects.exclude(Q(destination_id=0) | Q(destination_id__in=destinations)).delete()
