"""A private Valkey or Redis."""

import socket
from pathlib import Path

from controlplane.embedded.child import Sink, silent
from controlplane.embedded.locate import valkey_server
from controlplane.embedded.ports import LOOPBACK
from controlplane.embedded.server import Server


class ValkeyServer(Server):
    """Nothing in it is needed to keep a promise: no fsync; with `persistent`, a snapshot when it is stopped."""

    role = "valkey"

    def __init__(
        self, data_dir: Path | None = None, *, port: int = 0, sink: Sink = silent, persistent: bool = False
    ) -> None:
        super().__init__(data_dir, port=port, sink=sink)
        self.binary = valkey_server()
        self.persistent = persistent

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self.port}/0"

    def command(self) -> list[str]:
        # A rule of one snapshot a day: it is the presence of a rule that makes a stop write one.
        save = "86400 1" if self.persistent else ""
        options = {
            "bind": LOOPBACK,
            "port": str(self.port),
            "dir": str(self.data_dir),
            "save": save,
            "appendonly": "no",
            "daemonize": "no",
        }
        return [str(self.binary), *(word for name, value in options.items() for word in (f"--{name}", value))]

    def answers(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1.0) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
