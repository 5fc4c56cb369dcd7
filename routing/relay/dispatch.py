"""Sends works to their destinations and takes the answers; the one place that decides what may be sent now."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from routing.publishers.port import Flight, Outcome, Receipt, Result
from routing.relay.gate import Gate
from routing.relay.sequencer import Sequencer
from routing.relay.work import Phase, Work

Clock = Callable[[], float]
Watch = Callable[[str, Sequence[Work], float], None]
"""Told the destination, works that were handed over together and have their answers, and when these were taken."""


def unwatched(destination: str, works: Sequence[Work], now: float) -> None:
    """Nobody counts."""


@dataclass(slots=True)
class Airborne:
    """A flight with the works it carries, position by position."""

    flight: Flight
    works: list[Work]
    gate: Gate


class Dispatcher:
    """What is on its way, in memory. A work ends ANSWERED or HELD; its batch counts how many still have to."""

    def __init__(
        self,
        gates: Mapping[int, Gate],
        wake: Callable[[], None],
        may_publish: Callable[[float], bool],
        holds: Callable[[int], bool],
        clock: Clock = time.monotonic,
        watch: Watch = unwatched,
    ) -> None:
        self.gates = gates
        self._may_publish = may_publish
        self._holds = holds
        self.sequencer = Sequencer()
        self.queued = 0
        self._airborne: list[Airborne] = []
        self._wake = wake
        self._clock = clock
        self._watch = watch

    @property
    def idle(self) -> bool:
        return not self._airborne

    def admit(self, works: Iterable[Work], blocked: Mapping[str, int]) -> None:
        """Send what may go now; queue what waits for another of its key; hold the rest.

        `blocked` is the reach of waiting deliveries by key: nothing of that key passes them.
        """
        ready: dict[Gate, list[Work]] = {}
        room: dict[Gate, int] = {}
        # Asked here, next to the sending: reading and noting the batch may have taken longer than the lease.
        in_time = self._may_publish(self._clock())
        for work in works:
            gate = self._gate_for(work) if in_time else None
            phase = self._phase(work, gate, room, blocked)
            if phase is Phase.SENT and gate is not None:
                ready.setdefault(gate, []).append(work)
            elif phase is Phase.HELD:
                self._hold(work)
        for gate, sendable in ready.items():
            self._send(gate, sendable)

    def _phase(self, work: Work, gate: Gate | None, room: dict[Gate, int], blocked: Mapping[str, int]) -> Phase:
        phase, key = Phase.SENT, work.entry.partitionkey
        if key is not None:
            phase = self.sequencer.admit(key, work)
            if blocked and blocked.get(key, 0) & work.reach:
                return Phase.HELD
        if phase is Phase.QUEUED:
            self.queued += 1
            return phase
        if gate is None or phase is Phase.HELD:
            return Phase.HELD
        left = room[gate] if gate in room else gate.room()
        if left <= 0:
            return Phase.HELD
        room[gate] = left - 1
        return Phase.SENT

    def _gate_for(self, work: Work) -> Gate | None:
        """The destination's gate; the next one that is open where FAILOVER may leave it."""
        gate = self.gates.get(work.destination_id)
        if not work.fallbacks or (gate is not None and not gate.given_up):
            return gate
        for position, fallback in enumerate(work.fallbacks):
            other = self.gates.get(fallback)
            if other is not None and other.is_open:
                work.move_on(position)
                return other
        return gate

    def _send(self, gate: Gate, works: list[Work]) -> None:
        now = self._clock()
        for work in works:
            work.phase = Phase.SENT
            work.sent_at = now
        gate.outstanding += len(works)
        flight = gate.publisher.send([work.message() for work in works], self._wake)
        flight.eager = self.queued > 0
        self._airborne.append(Airborne(flight, works, gate))

    def _hold(self, work: Work, *, was_queued: bool = False) -> None:
        self.queued -= was_queued
        work.phase = Phase.HELD
        if work.batch is not None:
            work.batch.open -= 1

    def hold_behind(self, work: Work) -> None:
        """The work did not arrive: those of its key queued behind it must not pass it."""
        if work.entry.partitionkey is not None:
            for follower in self.sequencer.failed(work.entry.partitionkey, work):
                self._hold(follower, was_queued=True)

    def collect(self) -> list[Work]:
        """Take the answers that came; returns the failed and the late works, in order of their answers."""
        noteworthy: list[Work] = []
        released: list[Work] = []
        for each in self._airborne:
            if each.flight.answered:
                self._take_all(each, noteworthy, released)
        self._airborne = [each for each in self._airborne if each.flight.unanswered or each.flight.answered]
        if released:
            self._release(released)
        return noteworthy

    def _take_all(self, each: Airborne, noteworthy: list[Work], released: list[Work]) -> None:
        answered, results = each.flight.answered, each.flight.results
        up, taken = False, []
        while answered:
            position = answered.popleft()
            work, result = each.works[position], results[position]
            taken.append(work)
            each.gate.landed()
            up = up or isinstance(result, Receipt) or (result is not None and result.outcome is Outcome.RETRYABLE)
            self._take(work, result, noteworthy, released)
        now = self._clock()
        if up:
            each.gate.answered(now)
        self._watch(each.gate.live.name, taken, now)

    def _take(self, work: Work, result: Result | None, noteworthy: list[Work], released: list[Work]) -> None:
        work.result = result
        work.phase = Phase.ANSWERED
        batch, key = work.batch, work.entry.partitionkey
        if batch is None:
            noteworthy.append(work)
            return
        batch.open -= 1
        if isinstance(result, Receipt):
            if key is not None:
                released += self.sequencer.arrived(key, work)
            return
        noteworthy.append(work)
        self.hold_behind(work)

    def _release(self, works: list[Work]) -> None:
        """Works whose predecessors arrived go now, or are held if their destination has closed meanwhile."""
        ready: dict[Gate, list[Work]] = {}
        self.queued -= len(works)
        in_time = self._may_publish(self._clock())
        for work in works:
            gate = self.gates.get(work.destination_id)
            ours = in_time and self._holds(work.entry.shard)
            if not ours or gate is None or gate.room() <= len(ready.get(gate, ())):
                self._hold(work)
                self.hold_behind(work)
            else:
                ready.setdefault(gate, []).append(work)
        for gate, sendable in ready.items():
            self._send(gate, sendable)

    def give_up_waiting(self, works: Iterable[Work]) -> None:
        """Their batch settles without them: what is on its way is late, what is queued is held."""
        for work in works:
            if work.phase is Phase.SENT:
                self.gates[work.destination_id].overdue(work.sent_at)
                self.hold_behind(work)
            elif work.phase is Phase.QUEUED:
                self._hold(work, was_queued=True)

    def forget(self, works: Iterable[Work]) -> None:
        """The database knows these works now."""
        for work in works:
            if work.entry.partitionkey is not None:
                self.sequencer.drop(work.entry.partitionkey, work)
