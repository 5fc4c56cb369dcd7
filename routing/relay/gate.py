"""The way to one destination from this process: open or not, how much may be on it, and what is."""

import time
from concurrent.futures import Future

from routing.health import Live
from routing.publishers.port import Check, Publisher

WINDOW_GROWTH = 4
FIRST_CHECK_SECONDS = 2.0
ON_TRIAL = frozenset({"silent", "throttled"})
"""Reasons that a check of the connection cannot clear: one event has to go through first."""


class Gate:
    """A publisher with what the drain knows of its destination.

    It opens after a check in this process, closes when the destination turns out to be down, and after that lets
    through a window that starts at one and grows with each answer. A circuit breaker belongs here.
    """

    def __init__(self, live: Live, publisher: Publisher, dedup_window: float) -> None:
        self.live = live
        self.publisher = publisher
        self.dedup_window = dedup_window
        self.checked = False
        self.checking: Future[Check] | None = None
        self.made_at = time.monotonic()
        self.known = False
        self.window = live.in_flight_limit
        self.outstanding = 0
        self.hanging = False
        self.last_answer = 0.0
        self.on_trial = False
        self.closing = False
        self.next_due_read = 0.0

    def is_new(self, now: float) -> bool:
        """Its first check is still out, for a time that is worth the wait."""
        return not (self.known or self.held) and now < self.made_at + FIRST_CHECK_SECONDS

    @property
    def held(self) -> bool:
        return self.live.paused or self.live.unreachable_for is not None

    @property
    def is_open(self) -> bool:
        return self.checked and not self.held

    @property
    def given_up(self) -> bool:
        """Down for long enough that FAILOVER rules go elsewhere. A pause is not: who pauses wants it to wait."""
        down = self.live.unreachable_for
        return down is not None and down >= self.live.failover_after and not self.live.paused

    def room(self) -> int:
        """How many more may be sent now: none while all that should have been answered are not."""
        if self.closing:
            return 0
        if self.on_trial:
            return 0 if self.outstanding or self.live.paused else 1
        if not self.is_open or self.hanging:
            return 0
        return max(0, min(self.window, self.live.in_flight_limit) - self.outstanding)

    def landed(self) -> None:
        """One has its answer, whatever it says. Nothing hangs that has nothing on its way."""
        self.outstanding -= 1
        if not self.outstanding:
            self.hanging = False

    def close(self) -> None:
        """Nothing more goes this way: what is on it is awaited, then another gate takes its place, or none."""
        self.closing = True

    def answered(self, now: float) -> None:
        """The destination answered about an event: it is up."""
        self.last_answer = now
        self.hanging = False
        if self.window < self.live.in_flight_limit:
            self.window *= WINDOW_GROWTH

    def answered_since(self, sent_at: float, now: float) -> bool:
        """Whether others were answered in the latter half of the wait of one sent at `sent_at`."""
        return self.last_answer > sent_at + (now - sent_at) / 2

    def shut(self) -> None:
        """Nothing more until a check has passed; then one at first."""
        self.checked = self.on_trial = self.hanging = False
        self.window = 1

    def overdue(self, sent_at: float) -> None:
        """One has waited past its batch's deadline. If none was answered since, the destination hangs."""
        if self.last_answer < sent_at:
            self.hanging = True

    def try_one(self) -> None:
        """Let one through, to see whether the destination takes events again."""
        self.checked = self.on_trial = True
        self.last_answer = 0.0

    @property
    def proved(self) -> bool:
        """The one on trial was answered."""
        return self.on_trial and self.last_answer > 0.0
