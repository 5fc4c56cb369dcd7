"""The drain: takes batch after batch of what is pending or due, publishes, settles.

One drain lives in a process, across the tasks that run it. A turn of its loop takes the answers that came, settles the
batches that are done or have waited long enough, and takes up new ones; nothing in it waits for a destination.
"""

import os
import socket
import time
from collections.abc import Callable

import structlog
from django.db import InterfaceError, OperationalError

from routing import metrics
from routing.matching.table import CompiledTable, compile_table
from routing.numbers.count import Counts, counts_of
from routing.numbers.tally import Tallies
from routing.publishers.port import Failure, Outcome
from routing.relay.announce import announce
from routing.relay.dispatch import Dispatcher
from routing.relay.gate import Gate
from routing.relay.gatekeeper import Gatekeeper
from routing.relay.holdings import Holdings
from routing.relay.settlement import Settlement
from routing.relay.settling import late_settlement, settlement_of, verdict_on
from routing.relay.store import Store
from routing.relay.wake import Wake
from routing.relay.work import Batch, Entry, Lane, Phase, Suspect, Work, work_of

log = structlog.get_logger(__name__)

BATCH = 500
IN_HAND = 3 * BATCH
"""Fresh entries at once: the database and the platforms work at the same time."""
BATCHES = 32
"""Fresh batches at once: small ones that wait for a slow destination keep no event from a quick one."""
SOFT_DEADLINE = 0.5
"""Seconds a batch waits for its slowest destination."""
TICK = 0.5
SWEEP = 0.5
DUE_POLL = 0.25
MANY = 32
"""After so many at once there will be more: the next read need not wait for a hint."""
IDLE_FIRST, IDLE_CAP = 0.02, 0.25
"""Seconds between reads without a hint; the pause doubles while they find nothing."""
ANSWER_POLL = 0.05
TABLES_KEPT = 8
LAST_TRY = 5
"""A single entry that was in hand when this many workers died is dead itself."""
WORKER_LOST = Failure(Outcome.PERMANENT, "worker_lost", f"{LAST_TRY} workers died with this event in hand")

Observer = Callable[[str], None]


def unobserved(step: str) -> None:
    """Nobody watches."""


class Drain:
    """The loop and what it has in hand. `wake` ends its rest early; `observe` is told each step of a batch."""

    def __init__(self, store: Store, *, ttl: float, wake: Wake, observe: Observer = unobserved) -> None:
        self.store = store
        self.wake = wake
        self.observe = observe
        self.holdings = Holdings(f"{socket.gethostname()}:{os.getpid()}", ttl, self._shards_in_hand)
        self.keeper = Gatekeeper(wake.stir)
        self.dispatcher = Dispatcher(
            self.keeper.gates, wake.stir, self.holdings.may_publish, self.holdings.holds, watch=metrics.answered
        )
        self.tallies = Tallies(self._publish_counts)
        self.fresh: list[Batch] = []
        self.retries: dict[int, Batch] = {}
        self.late: list[Work] = []
        self.tables: dict[int, CompiledTable] = {}
        self.table_version = 0
        self.next_tick = self.next_sweep = self.next_read = 0.0
        self.idle = IDLE_FIRST
        self.shaken = False

    def run(self, until: Callable[[], bool]) -> None:
        """Drain until told otherwise, then settle what is in hand, while the leases last."""
        while not until():
            self._guarded(self.turn)
        end = time.monotonic() + self.holdings.ttl
        while (self.fresh or self.retries) and time.monotonic() < end:
            self._guarded(self.finish)
        self.tallies.flush()

    def leave(self) -> None:
        """Give everything back: this process ends. What is still in hand is taken over when its leases end."""
        if not (self.fresh or self.retries):
            self._guarded(self.holdings.leave)
        self.keeper.close()

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except (OperationalError, InterfaceError) as error:
            # Nothing is lost: what was in hand is settled over a new connection, or taken over when the lease ends.
            if not self.shaken:
                log.warning("database.failed", error_class=type(error).__name__)
            self.shaken = True
            self.store.disconnect()
            time.sleep(0.1)

    def turn(self) -> None:
        """One pass; rests at its end when there was nothing to do."""
        self.wake.clear()
        self.holdings.beat(time.monotonic())
        self.tick(time.monotonic())
        self.tallies.beat(time.monotonic())
        busy = self.land()
        busy |= self.take_up(time.monotonic())
        if not busy:
            # A read that is due but did not happen has no room or no lease: an answer or the next beat brings it on.
            until_read = max(0.0, self.next_read - time.monotonic()) or ANSWER_POLL
            self.wake.wait(min(until_read, ANSWER_POLL) if self.fresh or self.retries else until_read)

    def finish(self) -> None:
        """A turn that takes up nothing new."""
        self.wake.clear()
        self.holdings.beat(time.monotonic())
        if not self.land():
            self.wake.wait(ANSWER_POLL)

    def tick(self, now: float) -> None:
        """Take over what people and other workers changed: the newest table, settings, health."""
        self.keeper.take_checks()
        if now >= self.next_tick:
            self.next_tick = now + TICK
            self.table_version = self.store.newest_table()
            self.keeper.refresh()

    def table(self, version: int) -> CompiledTable:
        if version not in self.tables:
            if len(self.tables) >= TABLES_KEPT:
                self.tables.clear()
            self.tables[version] = compile_table(self.store.snapshot(version))
        return self.tables[version]

    def _shards_in_hand(self) -> set[int]:
        return {entry.shard for batch in (*self.fresh, *self.retries.values()) for entry in batch.entries}

    # Answers come in

    def land(self) -> bool:
        """Take answers, settle what is done; says whether anything was settled."""
        noteworthy = self.dispatcher.collect()
        self.late += [work for work in noteworthy if work.batch is None]
        for work in noteworthy:
            self._weigh(work)
        now = time.monotonic()
        done = [batch for batch in (*self.fresh, *self.retries.values()) if batch.open == 0 or now > batch.deadline]
        for batch in done:
            self._settle_batch(batch)
        for gate in self.keeper.gates.values():
            if gate.proved:
                self.keeper.reachable(gate)
        late, settled = self.late, bool(done or self.late)
        if late:
            self._settle(late_settlement(late, self.keeper.gates, now))
            self.late = []
        return settled

    def _weigh(self, work: Work) -> None:
        """What a failure says about its destination, or a late answer about one on trial."""
        gate = self.keeper.gates[work.destination_id]
        verdict = verdict_on(work, gate, time.monotonic())
        if verdict is not None and verdict.down and isinstance(work.result, Failure):
            self.keeper.failed(gate, work.result)

    def _settle_batch(self, batch: Batch) -> None:
        self.observe("ack")
        if batch.open and not batch.waited:
            batch.waited = True
            self.dispatcher.give_up_waiting(batch.works)
        self._settle(settlement_of(batch, self.keeper.gates))
        self.observe("settle")
        self.dispatcher.forget(batch.works)
        for work in batch.works if batch.open else ():
            if work.phase is Phase.SENT:
                work.outlive_batch()
        if batch.lane is Lane.FRESH:
            self.fresh.remove(batch)
        else:
            self._retried(batch)
        if batch.suspect is not None:
            self.holdings.acquit(batch.suspect)

    def _retried(self, batch: Batch) -> None:
        self.retries = {key: each for key, each in self.retries.items() if each is not batch}
        if any(work.phase is Phase.ANSWERED for work in batch.works):
            for gate in self.keeper.gates.values():
                gate.next_due_read = 0.0

    def _settle(self, settlement: Settlement) -> None:
        if not settlement.empty:
            lost = self.store.settle(self.holdings.token, settlement)
            if lost:
                settlement.keep_only(settlement.shards() - lost)
                self.holdings.lose(lost)
            self.tallies.add(counts_of(settlement))
            announce(settlement)

    def _publish_counts(self, counts: Counts) -> None:
        metrics.count(counts, {gate.live.id: gate.live.name for gate in self.keeper.gates.values()})

    # Batches go out

    def take_up(self, now: float) -> bool:
        """Read, route and send; says whether anything was taken up."""
        if not self.holdings.may_publish(now) or any(gate.is_new(now) for gate in self.keeper.gates.values()):
            return False
        if self.shaken or self.holdings.suspects:
            return not (self.fresh or self.retries) and (self._recover() or self._take_suspects())
        busy = self._take_fresh(now)
        for gate in list(self.keeper.gates.values()):
            busy |= self._take_due(gate, now)
        return busy

    def _take_fresh(self, now: float) -> bool:
        in_hand = [entry for batch in self.fresh for entry in batch.entries]
        if not self._has_room(len(in_hand)) or not (now >= self.next_read or self.wake.take_hint()):
            return False
        if now >= self.next_sweep or not self.fresh:
            self.next_sweep = now + SWEEP
            self.holdings.start_over()
        else:
            # Not left to the last sweep: a shard that had nothing else is at its beginning since then.
            self.holdings.read_past(in_hand)
        known = {entry.sequence for entry in in_hand}
        taken = self.store.take_fresh(self.holdings.token, self.table_version, self.holdings.readable(), BATCH, known)
        if taken.late:
            self.next_sweep = 0.0
        self.holdings.read_past(taken.entries)
        self._schedule_read(now, len(taken.entries))
        if taken.note is not None:
            self._start_fresh(taken.entries, self.table_version, taken.note)
        return taken.note is not None

    def _schedule_read(self, now: float, found: int) -> None:
        self.idle = IDLE_FIRST if found else min(self.idle * 2, IDLE_CAP)
        self.next_read = now if found >= MANY else now + self.idle

    def _has_room(self, in_hand: int) -> bool:
        """Whether to begin another batch. Notes overlap in what they cover: all in hand must go by one table."""
        if len(self.fresh) >= BATCHES or in_hand > IN_HAND - BATCH:
            return False
        return self.table_version > 0 and all(batch.table_version == self.table_version for batch in self.fresh)

    def _start_fresh(
        self, entries: list[Entry], version: int, note: int | None = None, suspect: Suspect | None = None
    ) -> None:
        table = self.table(version)
        batch = Batch(Lane.FRESH, version, entries, note=note, suspect=suspect)
        for entry in entries:
            targets = table.route(entry.event)
            batch.works += [work_of(entry, target, version) for target in targets]
            if not targets:
                batch.unrouted.append(entry)
        self._start(batch)
        self.fresh.append(batch)

    def _take_due(self, gate: Gate, now: float) -> bool:
        """Start a batch of what waits for a destination; or, if it is down for long, of what may go elsewhere."""
        if gate.live.id in self.retries or now < gate.next_due_read:
            return False
        room = gate.room()
        movable = not room and gate.given_up
        if not room and not movable:
            return False
        gate.next_due_read = now + DUE_POLL
        limit = min(BATCH, room or BATCH)
        works = self.store.read_due(gate.live.id, self.holdings.readable(), limit, movable=movable)
        if works:
            self._start_due(gate, works)
        elif gate.on_trial and not gate.outstanding:
            self.keeper.reachable(gate)
        return bool(works)

    def _start_due(self, gate: Gate, works: list[Work], suspect: Suspect | None = None) -> None:
        batch = Batch(Lane.RETRY, self.table_version, [work.entry for work in works], works, suspect=suspect)
        self._start(batch)
        self.retries[gate.live.id] = batch

    def _start(self, batch: Batch) -> None:
        """Note the batch, then send what may go."""
        self.observe("claim")
        if batch.note is None:
            batch.note = self._note(batch)
        batch.deadline = time.monotonic() + SOFT_DEADLINE
        batch.open = len(batch.works)
        metrics.batch(batch.lane, len(batch.entries))
        for work in batch.works:
            work.batch = batch
        if batch.suspect is not None and batch.suspect.size == 1 and batch.suspect.tries >= LAST_TRY:
            self._bury(batch)
        else:
            self.dispatcher.admit(batch.works, self._blocked(batch))
        self.observe("publish")

    def _note(self, batch: Batch) -> int:
        suspect = batch.suspect
        return self.store.note(
            self.holdings.token,
            batch.lane,
            {entry.shard for entry in batch.entries},
            upto=suspect.upto if suspect else max(entry.sequence for entry in batch.entries),
            size=len(batch.entries),
            table_version=batch.table_version,
            tries=suspect.tries if suspect else 0,
        )

    def _blocked(self, batch: Batch) -> dict[str, int]:
        """What waiting deliveries keep the batch's keys from; the retry lane's own were read with that in mind."""
        if batch.lane is Lane.RETRY:
            return {}
        keys = {entry.partitionkey for entry in batch.entries if entry.partitionkey is not None}
        return self.store.waiting_reach(keys) if keys else {}

    # What killed its worker

    def _recover(self) -> bool:
        """After a broken statement, with nothing in hand: strike the note of a batch that was never begun."""
        shaken = self.shaken
        if shaken:
            self.holdings.strike_notes()
            self.shaken = False
        return shaken

    def _take_suspects(self) -> bool:
        """Take a part of what a dead worker had in hand, alone, so that the next death points at it."""
        suspect, shards = self.holdings.next_suspect()
        if not (self._suspect_fresh if suspect.lane == Lane.FRESH else self._suspect_due)(suspect, shards):
            self.holdings.clear(suspect)
        return True

    def _suspect_fresh(self, suspect: Suspect, shards: set[int]) -> bool:
        entries = self.store.read_suspect(shards, suspect.upto, suspect.size)
        if entries:
            self._start_fresh(entries, suspect.table, suspect=suspect)
        return bool(entries)

    def _suspect_due(self, suspect: Suspect, shards: set[int]) -> bool:
        for gate in self.keeper.gates.values():
            limit = min(gate.room(), suspect.size)
            works = self.store.read_due(gate.live.id, shards, limit, upto=suspect.upto) if limit else []
            if works:
                self._start_due(gate, works, suspect)
                return True
        return False

    def _bury(self, batch: Batch) -> None:
        for work in batch.works:
            work.result, work.phase, work.sent_at = WORKER_LOST, Phase.ANSWERED, time.monotonic()
        batch.open = 0
