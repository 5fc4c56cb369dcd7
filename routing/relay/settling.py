"""From a batch whose works have their outcomes to the settlement that is written."""

import random
import time
from collections.abc import Callable, Iterable, Mapping

from routing.publishers.port import Failure, Receipt
from routing.relay.conclude import Situation, conclude
from routing.relay.gate import Gate
from routing.relay.settlement import Change, Settlement
from routing.relay.verdict import Verdict, judge
from routing.relay.work import Batch, Lane, Phase, Work
from routing.retry import RetryPolicy

UNKNOWN = RetryPolicy(1, 0, 1, 1)
"""For a destination that is gone: what it had pending waits until it is back or discarded."""


def settlement_of(batch: Batch, gates: Mapping[int, Gate], clock: Callable[[], float] = time.monotonic) -> Settlement:
    """All outcomes of a batch. Works of the retry lane that were not sent stay as they are in the database."""
    settlement = Settlement(batch.table_version, note=batch.note, unrouted=batch.unrouted)
    if batch.lane is Lane.FRESH:
        settlement.done = batch.entries
    for work in batch.works:
        if not (work.stored and work.phase is Phase.HELD):
            add(settlement, work, conclude_now(work, gates, clock()))
    return settlement


def late_settlement(works: Iterable[Work], gates: Mapping[int, Gate], now: float) -> Settlement:
    """Outcomes that came after their batch was settled without them."""
    settlement = Settlement(0)
    for work in works:
        add(settlement, work, conclude_now(work, gates, now))
    return settlement


def add(settlement: Settlement, work: Work, change: Change) -> None:
    if change.stored:
        settlement.updates.append(change)
    elif isinstance(work.result, Receipt) and not (change.duplicate or change.possible_duplicate):
        settlement.arrived.append(change)
    else:
        settlement.inserts.append(change)


def conclude_now(work: Work, gates: Mapping[int, Gate], now: float) -> Change:
    gate = gates.get(work.destination_id)
    return conclude(work, _situation(gate, now), verdict_on(work, gate, now))


def verdict_on(work: Work, gate: Gate | None, now: float) -> Verdict | None:
    if not isinstance(work.result, Failure):
        return None
    return judge(work.result, answered_since=gate is not None and gate.answered_since(work.sent_at, now))


def _situation(gate: Gate | None, now: float) -> Situation:
    if gate is None:
        return Situation(UNKNOWN, 0.0, 0.0, 0.0, now, 0.5)
    live = gate.live
    return Situation(live.policy, live.ack_wait, gate.dedup_window, live.held_total, now, random.random())  # noqa: S311
