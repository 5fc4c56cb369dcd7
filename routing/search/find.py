"""Finding events and deliveries: a page of a bounded search, the newest first, and where the next one goes on.

Nothing is counted. A page looks through a bounded part of the entries (`routing.search.steps`); what it did not reach
is reached by asking again with its `before`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Q, QuerySet

from events.models import OutboxEntry
from routing.models import Delivery
from routing.search.bounded import SearchTimeoutError, bounded
from routing.search.qualifiers import EventQuery
from routing.search.span import Span
from routing.search.steps import Candidates, Step, candidates_for, steps
from routing.search.wanted import UNROUTED, Wanted

# A delivery's place: its entry, then its destination.
DESTINATIONS = 1_000_000

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Found:
    """`before` asks for what follows, None if nothing does; `searched_back_to` is how far this page came then."""

    entries: list[OutboxEntry]
    before: int | None = None
    searched_back_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class FoundDeliveries:
    """As Found. `before` is a number to be handed back, not to be read."""

    deliveries: list[Delivery]
    before: int | None = None
    searched_back_to: datetime | None = None


def find_events(query: EventQuery, *, tenant: str | None, before: int | None = None, limit: int = 50) -> Found:
    """Events that `query` describes, of `tenant` only if it is given, with their deliveries, their data deferred.

    Raises QueryError for a destination or a rule that there is not, SearchTimeoutError.
    """
    wanted = Wanted.of(query, tenant)
    span = Span.of(query, before)
    if wanted.impossible() or span is None:
        return Found([])

    def read(step: Step, size: int) -> list[int]:
        rows = wanted.entries(step.covers).filter(span.condition())
        return list(rows.order_by("-sequence").values_list("sequence", flat=True)[:size])

    states = frozenset([query.state] if query.state else ())
    rows, low = _walk(span, candidates_for(query, wanted.destination, states, fresh=True), read, limit)
    page = loaded(rows[:limit])
    if len(rows) > limit:
        return Found(page, rows[limit - 1], page[-1].accepted_at if page else None)
    return Found(page, low, _accepted_at(low))


def find_deliveries(
    query: EventQuery,
    *,
    tenant: str | None,
    before: int | None = None,
    limit: int = 50,
    states: Collection[str] = (),
) -> FoundDeliveries:
    """Deliveries that `query` describes, those of the newest events first; of dead letters with `states={"dead"}`.

    Raises QueryError for a destination or a rule that there is not, SearchTimeoutError.
    """
    wanted = Wanted.of(query, tenant)
    asked = _delivery_states(query, states)
    entry, destination = (None, 0) if before is None else divmod(before, DESTINATIONS)
    span = Span.of(query, None if entry is None else entry + 1)
    if wanted.impossible() or asked is None or span is None:
        return FoundDeliveries([])
    below = Q() if entry is None else ~Q(entry_id=entry, destination_id__gte=destination)

    def read(step: Step, size: int) -> list[tuple[int, int, int]]:
        rows = wanted.deliveries(asked, step.covers, span.condition()).filter(below)
        ordered = rows.order_by("-entry_id", "-destination_id")
        return list(ordered.values_list("entry_id", "destination_id", "pk")[:size])

    rows, low = _walk(span, candidates_for(query, wanted.destination, asked, fresh=False), read, limit)
    page = _loaded_deliveries([pk for _, _, pk in rows[:limit]])
    if len(rows) > limit:
        last = rows[limit - 1]
        return FoundDeliveries(page, last[0] * DESTINATIONS + last[1], page[-1].entry.accepted_at if page else None)
    return FoundDeliveries(page, None if low is None else low * DESTINATIONS, _accepted_at(low))


def matching_deliveries(query: EventQuery, *, tenant: str | None, states: Collection[str]) -> QuerySet[Delivery]:
    """All of them, in no order and without a bound: for those who take them in slices by primary key.

    `since` and `until` count from now, each time the rows are read.
    """
    wanted = Wanted.of(query, tenant)
    asked = _delivery_states(query, states)
    span = Span.of(query, None)
    if wanted.impossible() or asked is None or span is None:
        return Delivery.objects.none()
    rows = Delivery.objects.filter(wanted.of_delivery(asked), *wanted.of_entry("entry__"), span.condition("entry__"))
    if query.id is not None:
        named = Q(entry__event_id=query.id)
        rows = rows.filter(named | Q(entry__uuid=query.uuid) if query.uuid else named)
    return rows


def loaded(sequences: Collection[int]) -> list[OutboxEntry]:
    """These entries, the newest first, with what lists show: deliveries with their destinations, but not the data."""
    rows = OutboxEntry.objects.filter(pk__in=sequences).select_related("pending", "unrouted")
    rows = rows.prefetch_related("deliveries__destination").defer("data", "extensions", "fingerprint")
    return list(rows.order_by("-sequence"))


def _loaded_deliveries(keys: Collection[int]) -> list[Delivery]:
    rows = Delivery.objects.filter(pk__in=keys).select_related("destination", "entry")
    rows = rows.defer("entry__data", "entry__extensions", "entry__fingerprint")
    return list(rows.order_by("-entry_id", "-destination_id"))


def _delivery_states(query: EventQuery, states: Collection[str]) -> frozenset[str] | None:
    """None if no delivery can be in one; empty if any state will do."""
    if query.state is None:
        return frozenset(states)
    if query.state == UNROUTED or (states and query.state not in states):
        return None
    return frozenset([query.state])


def _walk(
    span: Span, candidates: Candidates | None, read: Callable[[Step, int], list[Row]], limit: int
) -> tuple[list[Row], int | None]:
    """At most one row more than `limit`, and the sequence below which nothing was looked at, None at the end."""
    found: list[Row] = []
    reached: int | None = None
    try:
        with bounded():
            for step in steps(span, candidates):
                found += read(step, limit + 1 - len(found))
                reached = step.low if step.low > span.low else None
                if len(found) > limit:
                    break
    except SearchTimeoutError:
        if reached is None:
            raise
    return found, reached


def _accepted_at(sequence: int | None) -> datetime | None:
    if sequence is None:
        return None
    rows = OutboxEntry.objects.filter(sequence__gte=sequence).order_by("sequence")
    return rows.values_list("accepted_at", flat=True).first()
