"""One process of ours: its last words are kept, and it can be stopped, killed and waited for."""

import contextlib
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from controlplane.embedded.accounts import Account
from controlplane.embedded.spawn import spawn

Sink = Callable[[str], None]
POLL_SECONDS = 0.01


def silent(_line: str) -> None:
    """The sink of output nobody follows; the last lines are kept all the same."""


class Child:
    """A running process in a session of its own. `sink` is called with each line it writes, from a thread."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        account: Account | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        sink: Sink = silent,
        keep: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.stop_signal = stop_signal
        self.lines: deque[str] = deque(maxlen=40)
        self._asked = False
        self._sink = sink
        self._process = spawn(command, death_signal=stop_signal, env=env, cwd=cwd, account=account, keep=keep)
        self._pump = threading.Thread(target=self._read, name=f"{name} output", daemon=True)
        self._pump.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def status(self) -> int | None:
        """The exit status (negative: the signal that ended it), None while it runs."""
        return self._process.returncode

    def alive(self) -> bool:
        if self._process.returncode is None and self._has_exited():
            self._reap()
        return self._process.returncode is None

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within that time."""
        deadline = time.monotonic() + seconds
        while self.alive():
            if time.monotonic() >= deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def signal(self, number: signal.Signals) -> None:
        if self.alive():
            os.kill(self.pid, number)

    def ask_to_stop(self) -> None:
        """Send the stop signal, once: a second one means haste to some programs."""
        if not self._asked:
            self._asked = True
            self.signal(self.stop_signal)

    def stop(self, grace: float = 10.0) -> None:
        """Ask it to end, and kill it with all of its session when it has not done so after `grace` seconds."""
        self.ask_to_stop()
        if not self.wait(grace):
            self.kill()

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.wait(10.0)

    def tail(self, count: int = 15) -> str:
        """The last lines it wrote."""
        if not self.alive():
            self._pump.join(1.0)
        return "\n".join(list(self.lines)[-count:])

    def _has_exited(self) -> bool:
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _reap(self) -> None:
        # Before it is reaped its process group id cannot belong to anybody else: what it left behind ends here.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stream:
            for raw in stream:
                line = raw.decode("utf-8", "replace").rstrip()
                self.lines.append(line)
                self._sink(line)
