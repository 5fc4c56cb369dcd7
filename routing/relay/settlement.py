"""What a settling writes, as plain values: the outcome of each work of a batch."""

from dataclasses import dataclass, field

from routing.relay.work import Entry


@dataclass(frozen=True, slots=True)
class Try:
    """A failed or contested try that is worth a row; `number` counts the tries that were burned, this one included."""

    destination_id: int
    number: int
    duration: float
    outcome: str
    error_class: str
    error: str


@dataclass(slots=True)
class Change:
    """The new state of one delivery, found by (entry, `row_destination`) or inserted where `stored` is false.

    `again`: an earlier try of it was about the event or stayed unanswered.
    `delay` (seconds) sets the next attempt; `failed` and `silent` set the first-failure and first-silence times where
    they are not set yet, `restart` clears both: another destination begins. All times are the database's.
    """

    entry: Entry
    row_destination: int
    stored: bool
    destination_id: int
    state: str
    attempts: int
    rule_id: int
    table_version: int
    reach: int = 0
    fallbacks: tuple[int, ...] = ()
    receipt: str | None = None
    duplicate: bool = False
    possible_duplicate: bool = False
    delay: float | None = None
    failed: bool = False
    silent: bool = False
    restart: bool = False
    again: bool = False
    held_base: float = 0.0
    error_class: str | None = None
    error: str | None = None
    tries: tuple[Try, ...] = ()


@dataclass(slots=True)
class Settlement:
    """Everything one transaction settles. `shards` are those it needs the leases of."""

    table_version: int
    note: int | None = None
    done: list[Entry] = field(default_factory=list)
    unrouted: list[Entry] = field(default_factory=list)
    arrived: list[Change] = field(default_factory=list)
    """New deliveries that succeeded at once: the narrow, fast insert."""
    inserts: list[Change] = field(default_factory=list)
    updates: list[Change] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.done or self.arrived or self.inserts or self.updates or self.note)

    def shards(self) -> set[int]:
        changed = (change.entry.shard for changes in (self.arrived, self.inserts, self.updates) for change in changes)
        return {entry.shard for entry in self.done}.union(changed)

    def keep_only(self, shards: set[int]) -> None:
        """Forget what belongs to shards that were lost: their new holder settles it."""
        self.done = [entry for entry in self.done if entry.shard in shards]
        self.unrouted = [entry for entry in self.unrouted if entry.shard in shards]
        for name in ("arrived", "inserts", "updates"):
            setattr(self, name, [change for change in getattr(self, name) if change.entry.shard in shards])

    def keep_entries(self, sequences: set[int]) -> None:
        """Forget new rows of entries that were settled before."""
        self.unrouted = [entry for entry in self.unrouted if entry.sequence in sequences]
        self.arrived = [change for change in self.arrived if change.entry.sequence in sequences]
        self.inserts = [change for change in self.inserts if change.entry.sequence in sequences]
