"""`relay/1-worker`, `relay/2-workers` and `relay/ordered`: a backlog through real Celery workers to one stream."""

from collections.abc import Sequence

from benchmarks.backlog import Run, ceiling, drain
from benchmarks.database import publish_rule
from benchmarks.installation import Installation
from benchmarks.plan import Plan
from benchmarks.result import Result

GATHER = "nats-py, gather of 500 publishes"
ONE, UNORDERED, ORDERED = "relay/1-worker", "relay/2-workers", "relay/ordered"


def one_worker(installation: Installation, plan: Plan) -> list[Result]:
    installation.workers.run(1)
    publish_rule(installation.nats_destination)
    runs, ceilings = [], []
    for number in range(plan.runs + 1):
        ceilings.append(gather(installation, plan))
        runs.append(drain(installation, f"one-{number}", plan.events))
        report(ONE, number, runs[-1], ceilings[-1])
    return [
        throughput(ONE, runs, GATHER, ceilings, ">= 0.6"),
        *used(ONE, runs),
        *used("relay/ceiling", ceilings),
    ]


def two_workers(installation: Installation, plan: Plan) -> list[Result]:
    """With and without keys in turn, so that one can be the other's ceiling."""
    installation.workers.run(2)
    publish_rule(installation.nats_destination)
    ceilings, runs, ordered = [], [], []
    for number in range(plan.runs + 1):
        ceilings.append(gather(installation, plan))
        runs.append(drain(installation, f"two-{number}", plan.events))
        report(UNORDERED, number, runs[-1], ceilings[-1])
        ordered.append(drain(installation, f"keys-{number}", plan.events, plan.keys))
        report(ORDERED, number, ordered[-1], runs[-1])
    return [
        throughput(UNORDERED, runs, GATHER, ceilings, ">= 1.0"),
        *used(UNORDERED, runs),
        throughput(ORDERED, ordered, UNORDERED, runs, ">= 0.8"),
        *used(ORDERED, ordered),
    ]


def gather(installation: Installation, plan: Plan) -> Run:
    return ceiling("benchmarks.gather", plan.events, installation.nats.url)


def throughput(name: str, runs: Sequence[Run], ceiling: str, ceilings: Sequence[Run], target: str = "") -> Result:
    """Without the first run."""
    return Result(name, "events/s", rates(runs), ceiling, rates(ceilings), target)


def rates(runs: Sequence[Run]) -> list[float]:
    return [run.rate for run in runs[1:]]


def used(name: str, runs: Sequence[Run]) -> list[Result]:
    """CPU time by process, for each event: what a run is short of."""
    return [
        Result(f"{name}/cpu/{process}", "us/event", [run.cpu[process] for run in runs[1:]]) for process in runs[0].cpu
    ]


def report(name: str, number: int, run: Run, ceiling: Run) -> None:
    cpu = ", ".join(f"{process} {micros:.0f}" for process, micros in (ceiling.cpu | run.cpu).items())
    note = "" if number else " (dropped)"
    print(
        f"{name} run {number}{note}: {run.rate:,.0f}/s, ceiling {ceiling.rate:,.0f}/s; CPU us/event: {cpu}", flush=True
    )
