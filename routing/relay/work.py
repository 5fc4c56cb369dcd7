"""What a drain holds in its hands: entries, the works they become, and batches of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto

from events.envelope.event import CloudEvent
from routing.matching.table import Target
from routing.publishers.port import Message, Result


class Phase(Enum):
    QUEUED = auto()
    """Behind an earlier work of its key that is on its way."""
    SENT = auto()
    ANSWERED = auto()
    HELD = auto()
    """Not sent: it goes to the retry lane as it is."""


class Entry:
    """One outbox entry as the relay reads it; `accepted` is when it was stored, on this process's monotonic clock."""

    __slots__ = ("accepted", "event", "partitionkey", "sequence", "shard", "uuid")

    def __init__(
        self, sequence: int, shard: int, partitionkey: str | None, uuid: str, event: CloudEvent, accepted: float = 0.0
    ) -> None:
        self.sequence = sequence
        self.shard = shard
        self.partitionkey = partitionkey
        self.uuid = uuid
        self.event = event
        self.accepted = accepted


@dataclass(slots=True)
class Past:
    """What a waiting delivery has been through; seconds are as of the moment it was read."""

    attempts: int = 0
    age: float | None = None
    """Since its first failed try, holds included; None before one."""
    held_base: float = 0.0
    """The destination's total hold when the first try failed."""
    silent_for: float | None = None
    """Since the first try whose answer never came; None without one."""


NO_PAST = Past()


class Work:
    """One event on its way to one destination: to `destination_id` now, known to the database under `row_destination`.

    `batch` is the batch it will be settled with; None once that has been settled without its answer.
    """

    __slots__ = (
        "batch",
        "destination_id",
        "entry",
        "fallbacks",
        "moved",
        "past",
        "phase",
        "reach",
        "result",
        "row_destination",
        "rule_id",
        "sent_at",
        "stored",
        "table_version",
    )

    def __init__(
        self,
        entry: Entry,
        destination_id: int,
        fallbacks: tuple[int, ...],
        rule_id: int,
        table_version: int,
        reach: int,
        *,
        stored: bool = False,
        past: Past = NO_PAST,
    ) -> None:
        self.entry = entry
        self.destination_id = destination_id
        self.row_destination = destination_id
        self.fallbacks = fallbacks
        self.rule_id = rule_id
        self.table_version = table_version
        self.reach = reach
        self.stored = stored
        self.past = past
        self.phase = Phase.QUEUED
        self.result: Result | None = None
        self.batch: Batch | None = None
        self.moved = False
        self.sent_at = 0.0

    def move_on(self, position: int) -> None:
        """Use the fallback at `position` from now on."""
        self.destination_id = self.fallbacks[position]
        self.fallbacks = self.fallbacks[position + 1 :]
        self.past = NO_PAST
        self.moved = True

    def outlive_batch(self) -> None:
        """Its batch was settled while it was on its way: its answer will be an update of the row that is there now."""
        self.batch = None
        self.stored = True
        self.row_destination = self.destination_id
        self.moved = False

    def message(self) -> Message:
        return Message(f"{self.entry.uuid}-{self.destination_id}", self.entry.event)


def reach_of(destination_ids: Sequence[int]) -> int:
    """A bit for each destination; beyond 63 they share bits, which only makes a key wait where it need not."""
    mask = 0
    for destination_id in destination_ids:
        mask |= 1 << (destination_id % 63)
    return mask


def work_of(entry: Entry, target: Target, table_version: int) -> Work:
    reach = reach_of((target.destination_id, *target.fallbacks))
    return Work(entry, target.destination_id, target.fallbacks, target.rule_id, table_version, reach)


@dataclass(frozen=True, slots=True)
class Suspect:
    """Entries up to `upto` of a shard that were in hand when `tries` workers died, to be taken `size` at a time."""

    lane: str
    upto: int
    table: int
    size: int
    tries: int


class Lane(StrEnum):
    FRESH = "fresh"
    RETRY = "retry"


@dataclass(slots=True)
class Batch:
    """Works that are settled together. `open` counts those without an outcome, `deadline` is when it stops waiting."""

    lane: Lane
    table_version: int
    entries: list[Entry]
    works: list[Work] = field(default_factory=list)
    unrouted: list[Entry] = field(default_factory=list)
    note: int | None = None
    open: int = 0
    deadline: float = 0.0
    waited: bool = False
    suspect: Suspect | None = None
