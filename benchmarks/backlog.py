"""One run: a backlog becomes visible to workers that wait for it, and is gone when every delivery is settled."""

import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from benchmarks import cpu, database, stream
from benchmarks.errors import WrongCountError
from benchmarks.installation import Installation
from benchmarks.sample import events, number_of
from benchmarks.stream import Stored
from benchmarks.workers import ROOT

DRAIN_SECONDS = 180.0
NOBODY: Mapping[str, list[int]] = {}


@dataclass(frozen=True, slots=True)
class Run:
    """`cpu` is in microseconds an event, by who used it."""

    rate: float
    cpu: dict[str, float]


def drain(
    installation: Installation, tag: str, count: int, keys: int = 0, more: Mapping[str, list[int]] = NOBODY
) -> Run:
    """Release `count` events and wait for them. `more` has the CPU time of others counted. Raises WrongCountError."""
    roots = {
        "workers": installation.workers.pids,
        "nats-server": [installation.nats.pid],
        "postgres": [installation.postgres.pid],
        **more,
    }
    installation.empty()
    database.load(events(tag, count, keys))
    before = {name: cpu.seconds(pids) for name, pids in roots.items()}
    started = time.perf_counter()
    installation.workers.wait(database.drained, DRAIN_SECONDS)
    taken = time.perf_counter() - started
    used = {name: (cpu.seconds(pids) - before[name]) * 1e6 / count for name, pids in roots.items()}
    check_deliveries(count)
    check_stream(installation.nats.url, tag, count, keys)
    return Run(count / taken, used)


def check_deliveries(count: int) -> None:
    """Each event delivered to each destination, each under its own receipt, none of them known before."""
    for name, found in database.delivered().items():
        if found != (count, count, count, 0):
            raise WrongCountError(f"{name}: (rows, events, receipts, duplicates) are {found} for {count} events")


def check_stream(url: str, tag: str, count: int, keys: int) -> None:
    """Each event once, and those of a key in the order in which they were committed."""
    stored = stream.contents(url)
    wanted = {event.id: event.extensions.get("partitionkey") for event in events(tag, count, keys)}
    if len(stored) != count or {each.event_id: each.partitionkey for each in stored} != wanted:
        raise WrongCountError(f"the stream holds {len(stored)} messages, or others, for {count} events")
    disordered = out_of_order(stored)
    if disordered:
        raise WrongCountError(f"{disordered} events of the stream are out of order")


def out_of_order(stored: Iterable[Stored]) -> int:
    """How many came after a later event of their partition key."""
    last: dict[str, int] = {}
    disordered = 0
    for each in stored:
        if each.partitionkey is not None:
            number = number_of(each.event_id)
            disordered += number < last.get(each.partitionkey, -1)
            last[each.partitionkey] = number
    return disordered


def ceiling(module: str, count: int, *where: str) -> Run:
    """What a client library alone makes of as many events, in a process of its own."""
    command = [sys.executable, "-m", module, *where, str(count)]
    answer = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    taken, used = map(float, answer.stdout.split())
    return Run(count / taken, {"ceiling": used * 1e6 / count})
