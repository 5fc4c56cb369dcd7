"""Route unrouted events again: after the rules were fixed and published, one act puts them back before the relay."""

from collections.abc import Iterable, Iterator
from itertools import islice

import structlog
from django.db import transaction

from events import wakeup
from events.models import OutboxEntry, PendingEntry
from events.shards import shard_of
from routing.models import Unrouted

log = structlog.get_logger(__name__)

SLICE = 1000


def route_again(sequences: Iterable[int], *, by: str) -> int:
    """Put the unrouted among these entries back before the relay. Returns how many this call moved.

    In slices of a transaction each; who does the same at the same time moves others, never the same. `by` names who
    acts, as logs may show it.
    """
    return sum(_move(part, by) for part in _slices(sequences))


def _slices(sequences: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(sequences)
    while part := list(islice(remaining, SLICE)):
        yield part


@transaction.atomic
def _move(sequences: list[int], by: str) -> int:
    rows = Unrouted.objects.filter(pk__in=sequences).order_by("pk").select_for_update()
    taken = list(rows.values_list("pk", flat=True))
    entries = OutboxEntry.objects.filter(pk__in=taken).values_list("sequence", "uuid", "partitionkey")
    waiting = [PendingEntry(entry_id=pk, shard=shard_of(key, uuid), partitionkey=key) for pk, uuid, key in entries]
    PendingEntry.objects.bulk_create(waiting, ignore_conflicts=True)
    Unrouted.objects.filter(pk__in=taken).delete()
    transaction.on_commit(wakeup.hint, robust=True)
    log.info("unrouted.routed_again", count=len(taken), by=by)
    return len(taken)
