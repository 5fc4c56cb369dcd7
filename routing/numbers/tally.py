"""What a drain counts while it works, written about once a second, apart from what it settles."""

from collections.abc import Callable

import structlog
from django.db import Error

from events.clock import database_now
from routing.models import Tally
from routing.numbers.count import Counts
from routing.numbers.upsert import add

log = structlog.get_logger(__name__)

FLUSH_SECONDS = 1.0
WRITTEN = frozenset(Tally.Outcome.values)
MOST_KEYS = 10_000
"""Counts kept while the database takes none; more would be a leak, and they are for charts only."""


class Tallies:
    """Counts of this process that are not written yet. `write` adds them to the tables; `publish` is told them too."""

    def __init__(self, publish: Callable[[Counts], None]) -> None:
        self._fresh = Counts()
        self._unwritten = Counts()
        self._next_flush = 0.0
        self._failing = False
        self._publish = publish

    def add(self, counts: Counts) -> None:
        self._fresh.update(counts)

    def beat(self, now: float) -> None:
        """Write what was counted, if it is time. `now` is a monotonic clock's."""
        if now >= self._next_flush:
            self._next_flush = now + FLUSH_SECONDS
            self.flush()

    def flush(self) -> None:
        """Write what was counted. An error is logged, the counts are kept, and whoever delivers does not notice."""
        self._publish(self._fresh)
        self._unwritten.update({key: number for key, number in self._fresh.items() if key[0] in WRITTEN})
        self._fresh = Counts()
        if self._unwritten:
            try:
                add(self._unwritten, database_now())
            except Error as error:
                self._kept(error)
            else:
                self._unwritten = Counts()
                self._failing = False

    def _kept(self, error: Exception) -> None:
        if not self._failing:
            log.warning("tallies.not_written", error_class=type(error).__name__)
        self._failing = True
        if len(self._unwritten) > MOST_KEYS:
            self._unwritten = Counts()
