"""Route unrouted events again: after the rules were fixed and published, one act puts them back before the relay."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from events import wakeup
from events.models import OutboxEntry, PendingEntry
from events.shards import shard_of
from routing.models import Unrouted

SLICE = 1000
MOST = 100_000


def route_again(sequences: Iterable[int] | None = None, *, tenant: str | None = None) -> int:
    """Put the unrouted among these entries back before the relay, or all, but MOST at once. Returns how many it were.

    `tenant` leaves out what is another's. In slices of a transaction each; who else does the same at the same time
    takes other rows, never the same.
    """
    rows = Unrouted.objects.all() if tenant is None else Unrouted.objects.filter(entry__tenant=tenant)
    slices = _upwards(rows) if sequences is None else _slices(sequences)
    return sum(_move(rows.filter(pk__in=part)) for part in islice(slices, MOST // SLICE))


def _slices(sequences: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(sequences)
    while part := list(islice(remaining, SLICE)):
        yield part


def _upwards(rows: "QuerySet[Unrouted]") -> Iterator[list[int]]:
    """By sequence, so that what the relay finds unrouted again meanwhile does not keep this going for ever."""
    last = 0
    while part := list(_sequences(rows.filter(pk__gt=last))[:SLICE]):
        yield part
        last = part[-1]


def _sequences(rows: "QuerySet[Unrouted]") -> "QuerySet[Unrouted, int]":
    return rows.order_by("pk").values_list("pk", flat=True)


@transaction.atomic
def _move(rows: "QuerySet[Unrouted]") -> int:
    taken = list(_sequences(rows.select_for_update(skip_locked=True, of=("self",))))
    entries = OutboxEntry.objects.filter(pk__in=taken).values_list("sequence", "uuid", "partitionkey")
    waiting = [PendingEntry(entry_id=pk, shard=shard_of(key, uuid), partitionkey=key) for pk, uuid, key in entries]
    PendingEntry.objects.bulk_create(waiting, ignore_conflicts=True)
    Unrouted.objects.filter(pk__in=taken).delete()
    transaction.on_commit(wakeup.hint, robust=True)
    return len(taken)
