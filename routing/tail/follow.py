"""Following events as they pass: what is new since the last look, and what happened to those seen before.

Sequences commit out of order: each look goes back to where the newest entry was some seconds ago. What is not at its
end yet (pending, dead, unrouted) is looked at again, as far as it fits in memory.
"""

import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import Q

from events.models import OutboxEntry
from routing.search.find import loaded
from routing.search.qualifiers import EventQuery, Moment, QueryError
from routing.search.span import Span
from routing.search.wanted import Wanted
from routing.tail.standing import Standing, standing_of

LOOK_BACK_SECONDS = 10.0
AT_ONCE = 1_000
"""Events of one look; of more the oldest are left out, and counted."""
RECENT = 200
WATCHED = 10_000
"""Events that are looked at again; of more the oldest are let go."""


@dataclass(frozen=True, slots=True)
class Passed:
    """An event that is new to the follower, or that something happened to."""

    entry: OutboxEntry
    standing: Standing
    new: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found, in the order of acceptance; `left_out` is whether there was more than it takes."""

    passed: list[Passed]
    left_out: bool = False


class Follower:
    """Looks at what `query` describes. `since` goes back before now; without it only what comes is seen.

    Raises QueryError for a query that has an end, or names what there is not.
    """

    def __init__(
        self, query: EventQuery, *, since: timedelta | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if query.until is not None:
            raise QueryError("a tail has no end", "until:")
        self._wanted = Wanted.of(replace(query, since=None), None)
        self._clock = clock
        self._marks: deque[tuple[float, int]] = deque()
        self._known: dict[int, Standing] = {}
        self._times, self._horizon = _beginning(query.since or since)
        if not (query.since or since):
            # What was there before is known, so that what happens to it is seen.
            self._changes(self._fresh(RECENT)[0])

    def look(self) -> Look:
        """Everything that passed since the last look."""
        fresh, left_out = self._fresh(AT_ONCE)
        watched = [sequence for sequence, standing in self._known.items() if not standing.final]
        changes = self._changes({*fresh, *watched})
        wanted = self._matching([passed.entry.pk for passed in changes])
        self._forget()
        return Look([passed for passed in changes if passed.entry.pk in wanted], left_out)

    def _fresh(self, most: int) -> tuple[list[int], bool]:
        """The newest that were not seen yet, of whatever state: it may become the one wanted."""
        rows = OutboxEntry.objects.filter(self._times, Q(sequence__gte=self._horizon), *self._wanted.of_entry())
        newest = list(rows.order_by("-sequence").values_list("sequence", flat=True)[: most + len(self._known) + 1])
        unseen = [sequence for sequence in newest if sequence not in self._known]
        left_out = len(unseen) > most
        if left_out:
            self._horizon = unseen[most - 1]
        if newest:
            self._advance(newest[0])
        return unseen[:most], left_out

    def _advance(self, newest: int) -> None:
        now = self._clock()
        self._marks.append((now, newest))
        while self._marks[0][0] <= now - LOOK_BACK_SECONDS:
            self._horizon = max(self._horizon, self._marks.popleft()[1] + 1)

    def _changes(self, sequences: Collection[int]) -> list[Passed]:
        """What differs from what is known of these, which it is then."""
        changes = []
        for entry in sorted(loaded(sequences), key=lambda entry: entry.pk) if sequences else ():
            standing, before = standing_of(entry), self._known.get(entry.pk)
            self._known[entry.pk] = standing
            if standing != before:
                changes.append(Passed(entry, standing, new=before is None))
        return changes

    def _matching(self, sequences: list[int]) -> set[int]:
        if not sequences:
            return set()
        rows = self._wanted.entries(lambda field: Q(**{f"{field}__in": sequences}))
        return set(rows.values_list("sequence", flat=True))

    def _forget(self) -> None:
        """What is at its end and behind the horizon; then the oldest, if it is still too much."""
        keep = {pk: each for pk, each in self._known.items() if not each.final or pk >= self._horizon}
        for sequence in sorted(keep)[: max(0, len(keep) - WATCHED)]:
            del keep[sequence]
        self._known = keep


def _beginning(since: Moment | None) -> tuple[Q, int]:
    """The exact time, and the sequence from which on to look."""
    span = Span.of(EventQuery(since=since), None)
    if span is None:
        return Q(), 0
    return span.condition(), span.low if since else span.high - RECENT
