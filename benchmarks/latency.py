"""`latency/200`: from the return of a commit to JetStream's acknowledgement, at an even 200 events a second.

The commit's time is the producer's, the acknowledgement's is the one JetStream stores with the message when it takes it
(its answer leaves microseconds later); both are of the same clock of the same machine. A relay may have read the event
before the producer's commit has returned, so that a difference just below zero is possible. `settled` is the database's
time of the delivery row, for which the acknowledgement has come back.
"""

import json
import subprocess
import sys
from statistics import quantiles

from django.db import connection

from benchmarks import stream
from benchmarks.backlog import DRAIN_SECONDS, check_deliveries, check_stream
from benchmarks.database import drained, publish_rule
from benchmarks.installation import Installation
from benchmarks.plan import Plan
from benchmarks.result import Result
from benchmarks.sample import number_of
from benchmarks.workers import ROOT

NAME = "latency/200"
WORKERS = 2
PERCENTILES = {"p50": 50, "p99": 99}
TARGETS = {f"{NAME}/p50": "<= 5", f"{NAME}/p99": "<= 50"}
SETTLED = """
SELECT event_id, (extract(epoch FROM finished_at) * 1e9)::bigint
FROM routing_delivery JOIN events_outboxentry ON sequence = entry_id
"""


def latency(installation: Installation, plan: Plan) -> list[Result]:
    installation.workers.run(WORKERS)
    publish_rule(installation.nats_destination)
    runs: dict[str, list[float]] = {}
    for number in range(plan.runs + 1):
        for name, value in measure(installation, f"latency-{number}", plan).items():
            runs.setdefault(name, []).append(value)
        report(number, {name: values[-1] for name, values in runs.items()})
    return [Result(name, "ms", values[1:], target=TARGETS.get(name, "")) for name, values in runs.items()]


def measure(installation: Installation, tag: str, plan: Plan) -> dict[str, float]:
    installation.empty()
    command = [sys.executable, "-m", "benchmarks.producer", tag, str(plan.rate), str(plan.seconds)]
    answer = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    committed: list[int] = json.loads(answer.stdout)
    installation.workers.wait(drained, DRAIN_SECONDS)
    check_deliveries(len(committed))
    check_stream(installation.nats.url, tag, len(committed), keys=0)
    acked = {each.event_id: each.at for each in stream.contents(installation.nats.url)}
    return {
        **percentiles(NAME, differences(committed, acked, plan.rate)),
        **percentiles(f"{NAME}/settled", differences(committed, settled(), plan.rate)),
    }


def differences(committed: list[int], then: dict[str, int], first: int) -> list[float]:
    """Milliseconds, without the `first` events: the producer's and the database's own warm-up."""
    return [(at - committed[number]) / 1e6 for name, at in then.items() if (number := number_of(name)) >= first]


def percentiles(name: str, values: list[float]) -> dict[str, float]:
    cuts = quantiles(values, n=100, method="inclusive")
    return {f"{name}/{label}": cuts[percentile - 1] for label, percentile in PERCENTILES.items()}


def settled() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(SETTLED)
        return dict(cursor.fetchall())


def report(number: int, values: dict[str, float]) -> None:
    found = ", ".join(f"{name.removeprefix(NAME + '/')} {value:.2f} ms" for name, value in values.items())
    print(f"{NAME} run {number}{'' if number else ' (dropped)'}: {found}", flush=True)
