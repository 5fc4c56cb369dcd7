"""How much an act on many would be about, before anybody asks for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from dlq.operations.subject import Subject, rows
from events.clock import database_now
from routing.search.bounded import bounded

MOST_COUNTED = 1_000_000
STATEMENT_MILLISECONDS = 10_000
"""A count looks at more than a page of a search does: longer than that, well below what web servers wait."""


@dataclass(frozen=True)
class Plan:
    """`count` is exact up to MOST_COUNTED and says MOST_COUNTED + 1 for more; `as_of` is when that was true."""

    count: int
    as_of: datetime
    upto: int

    @property
    def exact(self) -> bool:
        return self.count <= MOST_COUNTED


def plan(kind: str, subject: Subject, *, as_of: datetime | None = None) -> Plan:
    """Count once what an act of this kind would take of what is dead, or unrouted, since `as_of` or now.

    Raises QueryError, SearchTimeoutError.
    """
    as_of = as_of or database_now()
    with bounded(STATEMENT_MILLISECONDS):
        found = rows(kind, subject, as_of).order_by()
        count = found.values("pk")[: MOST_COUNTED + 1].count()
        last = found.aggregate(last=Max("pk"))["last"] if count else None
    return Plan(count, as_of, int(last or 0))


def sample(kind: str, subject: Subject, as_of: datetime, limit: int = 5) -> list[Any]:
    """The newest of what a plan counted, with their events. Raises QueryError, SearchTimeoutError."""
    with bounded(STATEMENT_MILLISECONDS):
        found = rows(kind, subject, as_of).select_related("entry").defer("entry__data", "entry__extensions")
        return list(found.order_by("-pk")[:limit])
