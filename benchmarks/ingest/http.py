"""`ingest/http/...`: POST /api/v1/events beside REST framework's usual way and an empty view, in one server.

gunicorn as the product configures it, with its request log, in 2 processes; as many connections that stay open as there
are threads (8), or a single one; one client process on the same cores. All views are behind the same middleware and
have the same database connections, kept and checked; a request is answered after its commit, with fsync. The figures of
a run are taken in turns; what went in is counted in the database.

`of-open` is the usual way without an API key, which nobody would run, but which is what is left when all that it does
for a request is to store it.
"""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from benchmarks.database import clear, count_stored
from benchmarks.errors import WrongCountError
from benchmarks.ingest.client import drive, request
from benchmarks.ingest.views import BATCH
from benchmarks.installation import Installation
from benchmarks.plan import Plan
from benchmarks.result import Result
from benchmarks.sample import events
from benchmarks.workers import ROOT
from controlplane.embedded.child import Child
from controlplane.embedded.ports import accepts, free_port
from controlplane.gunicorn import threads
from events.api_keys import Scope, issue_key
from events.envelope import CloudEvent, to_batch, to_structured

PROCESSES = 2
CONNECTIONS = PROCESSES * threads
READY_SECONDS = 30.0
JSON, STRUCTURED, BATCHED = "application/json", "application/cloudevents+json", "application/cloudevents-batch+json"
PATHS = {"ours": "/api/v1/events", "empty": "/empty", "framework": "/framework/{}", "open": "/open/{}"}


def http_single(installation: Installation, plan: Plan) -> list[Result]:
    name, count = "ingest/http/single", plan.stage_events // 5
    return [
        *_measured(installation, plan, name, "event", 1, count),
        *_measured(installation, plan, f"{name}/1-connection", "event", 1, count // 2, connections=1),
    ]


def http_batches(installation: Installation, plan: Plan) -> list[Result]:
    return _measured(installation, plan, "ingest/http/100", "batch", BATCH, plan.stage_events)


def _measured(
    installation: Installation,
    plan: Plan,
    name: str,
    kind: str,
    size: int,
    count: int,
    connections: int = CONNECTIONS,
) -> list[Result]:
    installation.workers.stop()
    _, key = issue_key(name, [Scope.WRITE])
    rates: dict[str, list[float]] = {who: [] for who in PATHS}
    with _server() as port:
        for number in range(plan.runs + 1):
            bodies = _bodies(list(events(f"{kind}-{number}", count)), size)
            for who in PATHS:
                rates[who].append(_rate(who, kind, bodies, port, key, count, connections))
            print(f"{name} run {number}: " + ", ".join(f"{who} {rates[who][-1]:,.0f}/s" for who in PATHS), flush=True)
    kept = {who: values[1:] for who, values in rates.items()}
    # The aim is what a server takes; a single connection shows how long a request does.
    target = ">= 2" if connections == CONNECTIONS else ""
    return [
        Result(name, "events/s", kept["ours"], "REST framework", kept["framework"], target=target),
        Result(f"{name}/of-open", "events/s", kept["ours"], "REST framework, no key", kept["open"]),
        Result(f"{name}/of-empty", "events/s", kept["ours"], "an empty view", kept["empty"]),
    ]


def _bodies(made: Sequence[CloudEvent], size: int) -> list[bytes]:
    if size == 1:
        return [to_structured(event) for event in made]
    return [to_batch(made[start : start + size]) for start in range(0, len(made), size)]


def _rate(who: str, kind: str, bodies: Sequence[bytes], port: int, key: str, count: int, connections: int) -> float:
    clear()
    content_type = JSON if who != "ours" else STRUCTURED if kind == "event" else BATCHED
    requests = [request(PATHS[who].format(kind), content_type, body, key) for body in bodies]
    seconds = drive(port, requests, connections)
    expected = 0 if who == "empty" else count
    if (stored := count_stored()) != (expected, expected):
        raise WrongCountError(f"{who}: {expected} events went in, {stored} entries and marks are there")
    return count / seconds


@contextmanager
def _server() -> Iterator[int]:
    """gunicorn on a free port, while it is needed."""
    port = free_port()
    words = ["-m", "gunicorn", "-c", "python:controlplane.gunicorn", "controlplane.wsgi:application"]
    bound = ["--bind", f"127.0.0.1:{port}", "--workers", str(PROCESSES)]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.ingest.settings"}
    server = Child("web", [sys.executable, *words, *bound], env=env, cwd=ROOT)
    try:
        end = time.monotonic() + READY_SECONDS
        while not accepts(port):
            if not server.alive() or time.monotonic() > end:
                raise RuntimeError(f"the web server did not start:\n{server.tail()}")
            time.sleep(0.05)
        yield port
    finally:
        server.stop()
