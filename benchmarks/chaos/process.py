"""A process of the product, restarted when it dies, as a supervisor would; its output goes to a file."""

import os
import signal
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from controlplane.embedded.child import Child, Sink

STARTED = time.monotonic()
POLL_SECONDS = 0.05


def log_to(path: Path) -> Sink:
    """A sink that writes each line behind the seconds since the run's start."""
    file = path.open("a", buffering=1)

    def write(line: str) -> None:
        file.write(f"{time.monotonic() - STARTED:8.3f} {line}\n")

    return write


class Process:
    """`orders` is where its hook looks for orders, `busy` is held by the fault that is at it."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], folder: Path) -> None:
        self.name = name
        self.restarts = 0
        self.busy = threading.Lock()
        self.orders = folder / f"{name}.order"
        self.log = folder / f"{name}.log"
        self._command = command
        self._env = {**env, "CHAOS_ORDERS": str(self.orders)}
        self._sink = log_to(self.log)
        self._lock = threading.Lock()
        self._child = self._start()

    def _start(self) -> Child:
        return Child(self.name, self._command, env=self._env, sink=self._sink)

    def keep_alive(self) -> None:
        """Start it again if it has died."""
        with self._lock:
            if not self._child.alive():
                self._sink(f"--- ended with {self._child.status}, starting again")
                self.restarts += 1
                self._child = self._start()

    def alive(self) -> bool:
        with self._lock:
            return self._child.alive()

    def signal_group(self, number: signal.Signals) -> None:
        """To it and to what it forked."""
        with self._lock, suppress(ProcessLookupError):
            if self._child.alive():
                os.killpg(self._child.pid, number)

    def stop(self) -> None:
        self.signal_group(signal.SIGCONT)
        with self._lock:
            self._child.stop(grace=8.0)


class Supervisor(threading.Thread):
    """Keeps processes alive until told to leave them."""

    def __init__(self, processes: Sequence[Process]) -> None:
        super().__init__(name="supervisor", daemon=True)
        self._processes = processes
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(POLL_SECONDS):
            for process in self._processes:
                process.keep_alive()

    def leave(self) -> None:
        self._done.set()
        self.join()
