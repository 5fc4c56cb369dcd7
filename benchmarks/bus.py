"""The stand-in for EventBridge as a process of its own, and what arrived there."""

import sys
import time
import urllib.request
from typing import Any

import orjson

from benchmarks.workers import ROOT
from controlplane.embedded.child import Child
from controlplane.embedded.errors import EmbeddedError
from controlplane.embedded.ports import LOOPBACK, accepts, free_port

BUS = "events"
START_SECONDS = 10.0


class Bus:
    """A context manager. `config` is that of the destination."""

    def __init__(self) -> None:
        port = free_port()
        self.url = f"http://{LOOPBACK}:{port}"
        command = [sys.executable, "-m", "benchmarks.eventbridge_stub", "--port", str(port), "--bus", BUS]
        self._child = Child("eventbridge", command, cwd=ROOT)
        end = time.monotonic() + START_SECONDS
        while not accepts(port):
            if time.monotonic() > end or not self._child.alive():
                raise EmbeddedError(f"the stand-in did not start:\n{self._child.tail()}")

    def __enter__(self) -> "Bus":
        return self

    def __exit__(self, *_: object) -> None:
        self._child.stop()

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def config(self) -> dict[str, object]:
        return {"bus": BUS, "endpoint": self.url, "region": "us-east-1"}

    def empty(self) -> None:
        self._call("POST", "/reset")

    def event_ids(self) -> list[str]:
        """Of every entry on the bus."""
        return [orjson.loads(entry["Detail"])["cloudEvents"]["id"] for entry in self._call("GET", "/accepted")]

    def _call(self, method: str, path: str) -> Any:
        request = urllib.request.Request(self.url + path, method=method)  # noqa: S310  # loopback
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            return orjson.loads(answer.read())
