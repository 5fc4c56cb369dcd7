"""The shards this worker holds, and until when it may act on them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from uuid import uuid4

from events.shards import SHARDS
from routing.relay import leases
from routing.relay.work import Entry, Suspect

SAFE_SHARE = 0.7
"""Of the lease's length: after that nothing is published any more, whatever the database's clock says."""


class Holdings:
    """Leases as of the last beat. `last` is how far each shard was read, `suspects` what dead workers left in it."""

    def __init__(self, name: str, ttl: float, in_hand: Callable[[], set[int]]) -> None:
        self.token = uuid4()
        self.name = name
        self.ttl = ttl
        self.last: dict[int, int] = {}
        self.suspects: dict[int, list[Suspect]] = {}
        self.leaving: set[int] = set()
        self._in_hand = in_hand
        self._deadline = 0.0
        self._next_beat = 0.0

    def may_publish(self, now: float) -> bool:
        return now < self._deadline

    def beat(self, now: float) -> None:
        """Renew the leases, and take or give back shards, so that the live workers have even shares."""
        if now < self._next_beat:
            return
        leases.sign_in(self.token, self.name, self.ttl)
        held = leases.renew(self.token, self.ttl)
        self.lose(self.last.keys() - held)
        held -= self._strays(held)
        share = -(-SHARDS // max(1, leases.live_workers()))
        self._give_back(len(held) - share)
        if len(held) < share:
            self._take(leases.acquire(self.token, self.ttl, share - len(held)))
        self._deadline = now + self.ttl * SAFE_SHARE
        self._next_beat = now + self.ttl / 5

    def holds(self, shard: int) -> bool:
        return shard in self.last

    def next_suspect(self) -> tuple[Suspect, set[int]]:
        """One of the ranges to be taken first, and the shards it is the first of: ranges go in their order."""
        suspect = next(iter(self.suspects.values()))[0]
        return suspect, {shard for shard, left in self.suspects.items() if left[0] == suspect}

    def readable(self) -> dict[int, int]:
        """How far each shard was read that is not about to be given back."""
        return {shard: last for shard, last in self.last.items() if shard not in self.leaving}

    def start_over(self) -> None:
        """Read every shard from its beginning next: ids commit out of order."""
        self.last = dict.fromkeys(self.last, 0)

    def read_past(self, entries: Iterable[Entry]) -> None:
        """The shards were read that far."""
        for entry in entries:
            if self.last.get(entry.shard, entry.sequence) < entry.sequence:
                self.last[entry.shard] = entry.sequence

    def lose(self, shards: set[int]) -> None:
        for shard in shards:
            self.last.pop(shard, None)
            self.suspects.pop(shard, None)
        self.leaving -= shards

    def acquit(self, suspect: Suspect) -> None:
        """A part of the range was settled: what is left of it has cost no worker by itself."""
        if suspect.tries > 1:
            self._replace(suspect, [replace(suspect, tries=1)])

    def clear(self, suspect: Suspect) -> None:
        """The range holds nothing any more."""
        self._replace(suspect, [])

    def _replace(self, suspect: Suspect, by: list[Suspect]) -> None:
        for shard in [shard for shard, left in self.suspects.items() if left[0] == suspect]:
            left = by + self.suspects[shard][1:]
            leases.write_suspects(self.token, shard, left)
            self.suspects[shard] = left
            if not left:
                del self.suspects[shard]

    def strike_notes(self) -> None:
        """Nothing is in hand, whatever was noted."""
        leases.strike_notes(self.token)

    def leave(self) -> None:
        leases.sign_out(self.token)
        self.lose(set(self.last))
        self._deadline = self._next_beat = 0.0

    def _take(self, taken: dict[int, list[Suspect]]) -> None:
        for shard, suspects in taken.items():
            self.last[shard] = 0
            if suspects:
                self.suspects[shard] = suspects

    def _strays(self, held: set[int]) -> set[int]:
        """Shards that are ours without our knowing: the answer to `acquire` was lost. They are taken anew."""
        strays = held - self.last.keys()
        if strays:
            leases.release(self.token, strays)
        return strays

    def _give_back(self, surplus: int) -> None:
        """Stop reading the surplus; a shard goes once nothing of it is in hand."""
        self.leaving = set(sorted(self.last, reverse=True)[: max(0, surplus)])
        free = self.leaving - self._in_hand() - self.suspects.keys()
        if free:
            leases.release(self.token, free)
            self.lose(free)
