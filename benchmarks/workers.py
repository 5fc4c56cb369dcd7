"""Real Celery workers, and the tick that beat would send them."""

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from benchmarks.errors import WorkerDiedError
from controlplane.embedded.child import Child
from events.shards import SHARDS
from routing.tasks import drain

ROOT = Path(__file__).resolve().parent.parent
TICK_SECONDS = 1.0
READY_SECONDS = 60.0
SHARES = """
SELECT count(*) FROM routing_shardlease WHERE expires_at > clock_timestamp() GROUP BY token
"""


class Workers:
    """Relay workers of one process each. A context manager: its end stops them."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self._closed = threading.Event()
        self._beat = threading.Thread(target=self._tick, name="beat", daemon=True)
        self._beat.start()

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self.stop()
        self._beat.join()

    def run(self, count: int) -> None:
        """Have `count` workers, each holding its even share of the shards."""
        while len(self.children) < count:
            self.children.append(self._start(len(self.children) + 1))
        if len(self.children) > count:
            self.stop()
            self.run(count)
        self.wait(lambda: shares() == [SHARDS // count] * count, READY_SECONDS)

    def stop(self) -> None:
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.stop()
        self.children = []

    @property
    def pids(self) -> list[int]:
        return [child.pid for child in self.children]

    def wait(self, until: Callable[[], bool], seconds: float, pause: float = 0.02) -> None:
        """Until it holds. Raises TimeoutError, or WorkerDiedError at once when one has."""
        end = time.monotonic() + seconds
        while not until():
            for child in self.children:
                if not child.alive():
                    raise WorkerDiedError(f"{child.name} died:\n{child.tail()}")
            if time.monotonic() > end:
                raise TimeoutError("the workers are not done in time")
            time.sleep(pause)

    def _start(self, number: int) -> Child:
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "controlplane", "worker", "-l", "WARNING"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        relay = ["-n", f"relay{number}@%h", "-Q", "relay", "-c", "1", "--pool", "prefork"]
        return Child(f"worker {number}", [*command, *quiet, *relay], env=os.environ, cwd=ROOT)

    def _tick(self) -> None:
        """As beat's schedule has it; a worker that is busy lets it expire."""
        while not self._closed.wait(TICK_SECONDS):
            if self.children:
                drain.apply_async(expires=1)


def shares() -> list[int]:
    """How many shards each live worker holds."""
    with connection.cursor() as cursor:
        cursor.execute(SHARES)
        return [count for (count,) in cursor.fetchall()]
