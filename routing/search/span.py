"""From which sequence down to which one a search goes: times become sequences by a few reads of the primary key."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.db.models import Q
from django.db.models.functions import Now

from events.models import OutboxEntry
from routing.search.qualifiers import EventQuery, Moment

# Entries get their sequences and their times in nearly the same order: two statements at once may swap them.
SLACK = timedelta(seconds=60)
# How near to a time is near enough: what is beyond it within these sequences is left out by its own time.
ENOUGH = 1_000


@dataclass(frozen=True, slots=True)
class Span:
    """Sequences from `low` to below `high`, and the times that are asked for exactly."""

    low: int
    high: int
    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def of(cls, query: EventQuery, below: int | None) -> Self | None:
        """None if nothing is stored. `below` is where an earlier page ended; now is the database's."""
        newest = OutboxEntry.objects.order_by("-sequence").values_list("sequence", Now()).first()
        oldest = OutboxEntry.objects.order_by("sequence").values_list("sequence", flat=True).first()
        if newest is None or oldest is None:
            return None
        high = newest[0] + 1 if below is None else min(newest[0] + 1, below)
        since, until = (_instant(moment, newest[1]) for moment in (query.since, query.until))
        if until is not None:
            high = min(high, around(until + SLACK, oldest, newest[0] + 1)[1])
        low = oldest if since is None else around(since - SLACK, oldest, newest[0] + 1)[0]
        return cls(low, high, since, until)

    def condition(self, prefix: str = "") -> Q:
        """The exact times, on entries or on what belongs to one."""
        condition = Q()
        if self.since is not None:
            condition &= Q(**{f"{prefix}accepted_at__gte": self.since})
        if self.until is not None:
            condition &= Q(**{f"{prefix}accepted_at__lt": self.until})
        return condition


def around(moment: datetime, low: int, high: int) -> tuple[int, int]:
    """Two sequences, at most ENOUGH apart: entries below the first came before `moment`, from the second on not."""
    while high - low > ENOUGH:
        middle = (low + high) // 2
        found = _at_or_after(middle, high)
        if found is None or found[1] >= moment:
            high = middle
        else:
            low = found[0] + 1
    return low, high


def _at_or_after(sequence: int, high: int) -> tuple[int, datetime] | None:
    rows = OutboxEntry.objects.filter(sequence__gte=sequence, sequence__lt=high)
    return rows.order_by("sequence").values_list("sequence", "accepted_at").first()


def _instant(moment: Moment | None, now: datetime) -> datetime | None:
    return now - moment if isinstance(moment, timedelta) else moment
