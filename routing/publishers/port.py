"""The port to the event platforms: a batch of messages goes out, an answer per message comes back.

Every adapter keeps this contract, and one contract suite (tests/publishers) holds them all to it:

* `send` returns at once with a `Flight`; the adapter answers every message of it exactly once, at the latest
  `ack_wait` seconds later (with AMBIGUOUS if the platform stayed silent).
* A message is never put on the wire after its answer was given, and never before `send`: no buffering across a
  lost connection, no retry inside the adapter or its client library. The database is the schedule.
* Messages of one `send` are put on the wire in their order.
* Foreign exceptions end here, translated to a `Failure`.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from events.envelope.event import CloudEvent

CONNECTION_LOST = "connection_lost"
"""The code of an AMBIGUOUS failure that says nothing about the event: the connection went before the answer came."""


class Outcome(StrEnum):
    RETRYABLE = "retryable"
    """The platform answered about this event and may answer otherwise later."""
    PERMANENT = "permanent"
    """The platform, or the adapter before sending, refuses this event for good."""
    AMBIGUOUS = "ambiguous"
    """Sent, or possibly sent, and no answer came."""
    UNREACHABLE = "unreachable"
    """Not sent, or refused for all: no connection, no stream, no bus, no permission for the destination as a whole."""
    THROTTLED = "throttled"
    """Refused for its rate, not for its content."""


@dataclass(frozen=True, slots=True)
class Message:
    """An event for one destination. `dedup_id` is the same on every try."""

    dedup_id: str
    event: CloudEvent


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform has it: `reference` is `stream:sequence` or EventBridge's EventId."""

    reference: str
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """`code` is stable and of low cardinality; `message` never quotes event data."""

    outcome: Outcome
    code: str
    message: str


Result = Receipt | Failure


def ignore() -> None:
    """The wake of a flight nobody waits for."""


class Flight:
    """The answers to one `send`, filled in by the adapter's threads, read by the sender's.

    `answered` holds the positions whose answers the sender has not taken yet. `wake` is called when the last answer is
    there, and where the sender set `eager`, after each.
    """

    __slots__ = ("_wake", "answered", "eager", "results", "unanswered")

    def __init__(self, size: int, wake: Callable[[], None] = ignore) -> None:
        self.results: list[Result | None] = [None] * size
        self.answered: deque[int] = deque()
        self.unanswered = size
        self.eager = False
        self._wake = wake

    def answer(self, position: int, result: Result) -> None:
        """Give the answer for one message; a second answer for it is ignored. One adapter thread at a time."""
        if self.results[position] is None:
            self.results[position] = result
            self.unanswered -= 1
            self.answered.append(position)
            if self.eager or not self.unanswered:
                self._wake()

    def answer_rest(self, result: Result) -> None:
        for position, known in enumerate(self.results):
            if known is None:
                self.answer(position, result)


@dataclass(frozen=True, slots=True)
class Check:
    """Whether a destination can take events at all: connection, stream or bus. `code` and `message` say why not."""

    ok: bool
    code: str = ""
    message: str = ""


class Publisher(Protocol):
    """A connection to one destination, living as long as the process; made after the fork, used by one sender."""

    def send(self, messages: Sequence[Message], wake: Callable[[], None] = ignore) -> Flight: ...

    def check(self) -> Check:
        """Connect if need be and verify that stream or bus exist and fit. Blocks a few seconds at the most."""
        ...

    def close(self) -> None: ...
