"""`two-destinations`: every event of a backlog to NATS and to EventBridge, two workers.

The time ends with the slower of the two. Its ceiling is boto3 alone with the same entries, the slower of the two alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.backlog import Run, ceiling, drain
from benchmarks.bus import BUS, Bus
from benchmarks.database import clear, publish_rule
from benchmarks.errors import WrongCountError
from benchmarks.installation import Installation
from benchmarks.plan import Plan
from benchmarks.relay import report, throughput, used
from benchmarks.result import Result
from benchmarks.sample import id_of
from routing.models import Destination

NAME = "two-destinations"
WORKERS = 2
BOTO3 = "boto3, 8 threads, calls of 10"


def two_destinations(installation: Installation, plan: Plan) -> list[Result]:
    with Bus() as bus, destination(bus) as eventbridge:
        installation.workers.run(WORKERS)
        publish_rule(installation.nats_destination, eventbridge)
        ceilings, runs = [], []
        for number in range(plan.runs + 1):
            ceilings.append(alone(bus, plan.bus_events))
            runs.append(measure(installation, bus, f"both-{number}", plan.bus_events))
            report(NAME, number, runs[-1], ceilings[-1])
        return [throughput(NAME, runs, BOTO3, ceilings), *used(NAME, runs)]


@contextmanager
def destination(bus: Bus) -> Iterator[Destination]:
    """It is gone afterwards: what comes next must not pay for its checks."""
    made = Destination.objects.create(name="eventbridge", kind="eventbridge", config=bus.config)
    try:
        yield made
    finally:
        clear()
        made.delete()


def alone(bus: Bus, count: int) -> Run:
    bus.empty()
    return ceiling("benchmarks.putting", count, bus.url, BUS)


def measure(installation: Installation, bus: Bus, tag: str, count: int) -> Run:
    bus.empty()
    run = drain(installation, tag, count, more={"stand-in": [bus.pid]})
    arrived = bus.event_ids()
    if len(arrived) != count or set(arrived) != {id_of(tag, number) for number in range(count)}:
        raise WrongCountError(f"the bus holds {len(arrived)} entries, {len(set(arrived))} different, for {count}")
    return run
