"""What all private servers share: a port that stays theirs, a data folder, start, stop, kill, restart."""

import shutil
import signal
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Self

from controlplane.embedded.accounts import Account
from controlplane.embedded.child import POLL_SECONDS, Child, Sink, silent
from controlplane.embedded.errors import EmbeddedError
from controlplane.embedded.ports import free_port

TRIES = 3


class Server:
    """A server of our own on loopback, a context manager. Without `data_dir` its data goes when it is closed."""

    role: ClassVar[str] = "server"
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    start_seconds: ClassVar[float] = 30.0

    def __init__(self, data_dir: Path | None = None, *, port: int = 0, sink: Sink = silent) -> None:
        self.port = port
        self.sink = sink
        self.temporary = data_dir is None
        self.data_dir = data_dir or Path(tempfile.mkdtemp(prefix=f"{self.role}-"))
        self.child: Child | None = None

    @property
    def url(self) -> str:
        raise NotImplementedError

    @property
    def pid(self) -> int:
        if self.child is None:
            raise EmbeddedError(f"{self.role} is not started")
        return self.child.pid

    def start(self) -> Self:
        """Start and wait until it answers. A port is chosen at the first start and kept from then on."""
        self.prepare()
        chosen = self.port
        for _ in range(TRIES):
            self.port = chosen or free_port()
            self.child = Child(
                self.role,
                self.command(),
                env=self.environment(),
                account=self.account(),
                stop_signal=self.stop_signal,
                sink=self.sink,
            )
            if self._becomes_ready(self.child):
                return self
            if chosen:
                break
        raise EmbeddedError(f"{self.role} did not start:\n{self.child.tail() if self.child else ''}")

    def stop(self) -> None:
        """End it in order; the data stays."""
        if self.child is not None:
            self.child.stop()

    def kill(self) -> None:
        """End it as a crash would (SIGKILL); the data stays."""
        if self.child is not None:
            self.child.kill()

    def restart(self) -> Self:
        """Stop it if it runs, and start it on the same port and data."""
        self.stop()
        return self.start()

    def alive(self) -> bool:
        return self.child is not None and self.child.alive()

    def close(self) -> None:
        self.stop()
        if self.temporary:
            shutil.rmtree(self.data_dir, ignore_errors=True)

    def __enter__(self) -> Self:
        try:
            return self.start()
        except EmbeddedError:
            self.close()
            raise

    def __exit__(self, *_: object) -> None:
        self.close()

    def prepare(self) -> None:
        """Make what must exist before the first start."""
        self.data_dir.mkdir(parents=True, exist_ok=True)

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> Mapping[str, str] | None:
        return None

    def account(self) -> Account | None:
        return None

    def answers(self) -> bool:
        """Whether it is ready for clients."""
        raise NotImplementedError

    def _becomes_ready(self, child: Child) -> bool:
        deadline = time.monotonic() + self.start_seconds
        while time.monotonic() < deadline:
            if not child.alive():
                return False
            if self.answers():
                return True
            time.sleep(POLL_SECONDS)
        child.kill()
        return False
