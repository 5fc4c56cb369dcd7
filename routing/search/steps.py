"""How a search goes down the sequences: a bounded number of rows in growing steps, then it says how far it came.

Most searches walk through all entries of a window. Those for what is rare (an id, what is dead, pending or unrouted)
are led by candidates, from an index that holds nothing else.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from events.models import OutboxEntry, PendingEntry
from events.shards import SHARDS
from routing.models import Delivery, Destination, Unrouted
from routing.search.qualifiers import EventQuery
from routing.search.span import Span

# What one page may look through: of all entries, or of candidates.
ENTRIES = (1_000, 5_000, 24_000)
CANDIDATES = (200, 800, 2_000)
SAME_ID = 1_000

Candidates = Callable[[int, int, int], list[int]]
"""(low, high, size): at most `size` sequences from `low` to below `high`, the highest first."""

# One shard after the other has its entries in order: the highest of all are among the highest of each.
PENDING = """
SELECT DISTINCT q.entry_id FROM unnest(%s::bigint[]) AS d(id) CROSS JOIN generate_series(0, %s) AS s(shard)
CROSS JOIN LATERAL (
    SELECT entry_id FROM routing_delivery
    WHERE state = 'pending' AND destination_id = d.id AND shard = s.shard AND entry_id >= %s AND entry_id < %s
    ORDER BY entry_id DESC LIMIT %s
) q ORDER BY q.entry_id DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Step:
    """Sequences from `low` to below `high`: all of them, or the candidates among them."""

    low: int
    high: int
    candidates: list[int] | None = None

    def covers(self, field: str) -> Q:
        """That `field`, a sequence, belongs to this step."""
        if self.candidates is not None:
            return Q(**{f"{field}__in": self.candidates})
        return Q(**{f"{field}__gte": self.low, f"{field}__lt": self.high})


def steps(span: Span, candidates: Candidates | None) -> Iterator[Step]:
    high = span.high
    for size in ENTRIES if candidates is None else CANDIDATES:
        if high <= span.low:
            return
        step = _window(span, high, size) if candidates is None else _led(span, high, size, candidates)
        yield step
        high = step.low


def _window(span: Span, high: int, size: int) -> Step:
    return Step(max(span.low, high - size), high)


def _led(span: Span, high: int, size: int, candidates: Candidates) -> Step:
    found = candidates(span.low, high, size)
    return Step(found[-1] if len(found) == size else span.low, high, found)


def candidates_for(
    query: EventQuery, destination: int | None, states: frozenset[str], *, fresh: bool
) -> Candidates | None:
    """What leads a search in one of `states` (empty: in any); None if all entries must be looked at.

    `fresh`: what waits for the relay is pending too. It has no deliveries yet.
    """
    if query.id is not None:
        return _among(_of_id(query))
    sources = [_DRIVERS[state](destination) for state in sorted(states) if state in _DRIVERS]
    if states == {Delivery.State.PENDING} and fresh and destination is None:
        return _highest([_fresh, *sources])
    return _highest(sources) if states and len(sources) == len(states) else None


def _of_id(query: EventQuery) -> list[int]:
    named = OutboxEntry.objects.filter(event_id=query.id).values_list("sequence", flat=True)[:SAME_ID]
    own = OutboxEntry.objects.filter(uuid=query.uuid).values_list("sequence", flat=True) if query.uuid else []
    return sorted({*named, *own}, reverse=True)


def _among(sequences: list[int]) -> Candidates:
    return lambda low, high, size: [sequence for sequence in sequences if low <= sequence < high][:size]


def _highest(sources: list[Candidates]) -> Candidates:
    def merged(low: int, high: int, size: int) -> list[int]:
        return sorted({sequence for source in sources for sequence in source(low, high, size)}, reverse=True)[:size]

    return merged


def _dead(destination: int | None) -> Candidates:
    rows = Delivery.objects.filter(state=Delivery.State.DEAD)
    rows = rows if destination is None else rows.filter(destination_id=destination)

    def read(low: int, high: int, size: int) -> list[int]:
        found = rows.filter(entry_id__gte=low, entry_id__lt=high).order_by("-entry_id")
        return list(found.values_list("entry_id", flat=True).distinct()[:size])

    return read


def _fresh(low: int, high: int, size: int) -> list[int]:
    rows = PendingEntry.objects.filter(pk__gte=low, pk__lt=high).order_by("-pk")
    return list(rows.values_list("pk", flat=True)[:size])


def _pending(destination: int | None) -> Candidates:
    def read(low: int, high: int, size: int) -> list[int]:
        if connection.vendor != "postgresql":
            rows = Delivery.objects.filter(state=Delivery.State.PENDING, entry_id__gte=low, entry_id__lt=high)
            rows = rows if destination is None else rows.filter(destination_id=destination)
            return list(rows.order_by("-entry_id").values_list("entry_id", flat=True).distinct()[:size])
        known = Destination.objects.values_list("pk", flat=True) if destination is None else [destination]
        with connection.cursor() as cursor:
            cursor.execute(PENDING, [list(known), SHARDS - 1, low, high, size, size])
            return [sequence for (sequence,) in cursor.fetchall()]

    return read


def _unrouted(_destination: int | None) -> Candidates:
    def read(low: int, high: int, size: int) -> list[int]:
        rows = Unrouted.objects.filter(pk__gte=low, pk__lt=high).order_by("-pk")
        return list(rows.values_list("pk", flat=True)[:size])

    return read


_DRIVERS: dict[str, Callable[[int | None], Candidates]] = {
    Delivery.State.DEAD.value: _dead,
    Delivery.State.PENDING.value: _pending,
    "unrouted": _unrouted,
}
