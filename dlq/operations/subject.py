"""What an act on many is about: ids, or what a query in the words of the search finds; of one tenant, or of all."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from dlq.models import Operation
from routing.models import Delivery, Unrouted
from routing.search.find import matching_deliveries
from routing.search.qualifiers import EventQuery, parse_query
from routing.search.span import Span
from routing.search.wanted import UNROUTED, Wanted

MAX_IDS = 10_000
DEAD = (Delivery.State.DEAD.value,)


@dataclass(frozen=True)
class Subject:
    """`ids` are primary keys, of deliveries or of unrouted, upwards; None leaves it to `query`, where "" finds all."""

    ids: tuple[int, ...] | None = None
    query: str = ""
    tenant: str = ""

    @classmethod
    def chosen(cls, ids: "list[int]", tenant: str = "") -> "Subject":
        return cls(tuple(sorted(set(ids))), tenant=tenant)

    @classmethod
    def of(cls, operation: Operation) -> "Subject":
        ids = operation.filter.get("ids")
        return cls(None if ids is None else tuple(ids), operation.filter.get("query", ""), operation.tenant)

    def stored(self) -> dict[str, Any]:
        return {"query": self.query} if self.ids is None else {"ids": list(self.ids)}

    def after(self, position: int, limit: int) -> "Subject":
        """Of many ids only the next `limit`: a statement that names ten thousand is slow to read, slice after slice."""
        if self.ids is None:
            return self
        begin = bisect_right(self.ids, position)
        return Subject(self.ids[begin : begin + limit], self.query, self.tenant)


def rows(kind: str, subject: Subject, as_of: datetime) -> "QuerySet[Any]":
    """What an act of this kind may take of what was dead, or unrouted, at `as_of`. Raises QueryError."""
    query, tenant = _frozen(parse_query(subject.query), as_of), subject.tenant or None
    found: QuerySet[Any]
    if kind == Operation.Kind.ROUTE_AGAIN:
        found = matching_unrouted(query, tenant=tenant).filter(since__lte=as_of)
    else:
        found = matching_deliveries(query, tenant=tenant, states=DEAD).filter(finished_at__lte=as_of)
    return found if subject.ids is None else found.filter(pk__in=subject.ids)


def matching_unrouted(query: EventQuery, *, tenant: str | None) -> "QuerySet[Unrouted]":
    """The unrouted events that `query` describes, in no order and without a bound, as `matching_deliveries`."""
    wanted = Wanted.of(query, tenant)
    span = Span.of(query, None)
    if wanted.impossible() or span is None or not set(_of_deliveries(query)) <= {UNROUTED}:
        return Unrouted.objects.none()
    found = Unrouted.objects.filter(*wanted.of_entry("entry__")).filter(span.condition("entry__"))
    if query.table is not None:
        found = found.filter(table_version=query.table)
    if query.id is not None:
        named = Q(entry__event_id=query.id)
        found = found.filter(named | Q(entry__uuid=query.uuid) if query.uuid else named)
    return found


def _of_deliveries(query: EventQuery) -> Iterator[str]:
    """What is asked of deliveries: an unrouted event has none."""
    yield from (asked for asked in (query.dest, query.rule, query.error, query.state) if asked is not None)


def _frozen(query: EventQuery, as_of: datetime) -> EventQuery:
    """Ages counted from `as_of`: what `since:1h` means must not move while it is being done."""
    since, until = (as_of - at if isinstance(at, timedelta) else at for at in (query.since, query.until))
    return replace(query, since=since, until=until)
