"""How fast: throughput and latency of the relay beside the ceilings, and what each stage costs.

    python -m benchmarks [--quick] [--runs N] [--output FILE] [NAME ...]

Starts a private PostgreSQL (fsync on, its defaults otherwise), nats-server and Valkey, and real Celery workers. Each
figure is the median of the runs after a first one that is dropped; ceiling and subject take turns. NAMEs are beginnings
of the names in the table; without any, everything is measured and written to benchmarks/results.json.

A backlog's time runs from the return of the COMMIT that makes it visible, to workers that are up, hold their leases and
wait, to the moment when no entry and no delivery is pending. What arrived is then read back and compared with what went
in, or the scenario's figures do not count, nothing is written and the exit status is 1.

Excluded: the start of servers and workers; ingest (a stage of its own); autovacuum and timed checkpoints, which are
done between the runs instead; networks, since all is on loopback; fsync at the broker (acks come from nats-server's
default); everything that other programs do to this machine, so that ratios say more than figures.
"""

import argparse
import json
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from benchmarks.errors import WrongCountError
from benchmarks.installation import Installation
from benchmarks.plan import QUICK, Plan
from benchmarks.result import Result, table

RESULTS = Path(__file__).with_name("results.json")
# Imported when the database is known. Stages and lists come last: they need the workers to be gone.
SCENARIOS = {
    "benchmarks.relay:one_worker": ("relay/1-worker",),
    "benchmarks.relay:two_workers": ("relay/2-workers", "relay/ordered"),
    "benchmarks.latency:latency": ("latency/200",),
    "benchmarks.two_destinations:two_destinations": ("two-destinations",),
    "benchmarks.ingest.python:python_batches": ("ingest/python/500",),
    "benchmarks.ingest.python:python_single": ("ingest/python/single",),
    "benchmarks.ingest.http:http_batches": ("ingest/http/100",),
    "benchmarks.ingest.http:http_single": ("ingest/http/single",),
    "benchmarks.ingest.decided:decided": ("ingest/decided",),
    "benchmarks.stages:stages": ("stages",),
    "benchmarks.schema_validation:schema_validation": ("schemas/validation",),
    "benchmarks.schema_compatibility:schema_compatibility": ("schemas/compatibility",),
    "benchmarks.schema_merge:schema_merge": ("schemas/merge",),
    "benchmarks.schema_parts:schema_parts": ("schemas/parts",),
    "benchmarks.pii:pii_detect": ("pii/detect",),
    "benchmarks.pii_protect:pii_protect": ("pii/find and encrypt 3", "pii/encrypt 3"),
    "benchmarks.lists:lists": ("lists",),
}


def main() -> None:
    # As Ctrl-C does: what was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    options = parsed()
    plan = QUICK if options.quick else Plan()
    if options.runs:
        plan = replace(plan, runs=options.runs)
    chosen = choose(options.names)
    results: list[Result] = []
    wrong: list[str] = []
    with Installation() as installation:
        for name in chosen:
            measure(name, installation, plan, results, wrong)
        machine = import_module("benchmarks.machine").describe(installation.nats.info()["version"])
    print("\n" + ", ".join(f"{name} {value}" for name, value in machine.items()) + "\n\n" + table(results))
    if wrong:
        raise SystemExit("\n".join(wrong))
    output = options.output or (None if options.quick or options.names else RESULTS)
    if output:
        content = {"machine": machine, "results": [result.as_json() for result in results]}
        output.write_text(json.dumps(content, indent=2) + "\n")


def measure(name: str, installation: Installation, plan: Plan, results: list[Result], wrong: list[str]) -> None:
    """One scenario; where something else arrived than went in, its figures do not count and the others still do."""
    try:
        results += scenario(name)(installation, plan)
    except WrongCountError as error:
        wrong.append(f"{', '.join(SCENARIOS[name])}: {error}")
        print(wrong[-1], flush=True)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="How fast.")
    parser.add_argument("names", nargs="*", help="beginnings of names to measure; everything by default")
    parser.add_argument("--runs", type=int, help="runs that count, after one that is dropped (5; quick: 2)")
    parser.add_argument("--quick", action="store_true", help="a fifth of the events, nothing written")
    parser.add_argument("--output", type=Path, help="where to write the JSON")
    return parser.parse_args()


def choose(beginnings: list[str]) -> list[str]:
    """The scenarios that measure something of that name."""
    chosen = [
        scenario
        for scenario, names in SCENARIOS.items()
        if not beginnings or any(name.startswith(beginning) for name in names for beginning in beginnings)
    ]
    if not chosen:
        known = ", ".join(name for names in SCENARIOS.values() for name in names)
        raise SystemExit(f"nothing is called so; known are {known}")
    return chosen


def scenario(path: str) -> Callable[[Installation, Plan], list[Result]]:
    module, _, name = path.partition(":")
    found: Callable[[Installation, Plan], list[Result]] = getattr(import_module(module), name)
    return found


if __name__ == "__main__":
    main()
