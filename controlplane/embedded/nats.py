"""A private nats-server with JetStream."""

import json
import socket
import subprocess
from pathlib import Path
from typing import Any

from controlplane.embedded.child import Sink, silent
from controlplane.embedded.errors import EmbeddedError
from controlplane.embedded.locate import nats_server
from controlplane.embedded.ports import LOOPBACK
from controlplane.embedded.server import Server


class NatsServer(Server):
    """`sync_always` has each message on disk before its ack; servers that cannot do that refuse to start."""

    role = "nats-server"

    def __init__(
        self,
        data_dir: Path | None = None,
        *,
        port: int = 0,
        sink: Sink = silent,
        sync_always: bool = False,
        max_payload: int = 1024 * 1024,
    ) -> None:
        super().__init__(data_dir, port=port, sink=sink)
        self.binary = nats_server()
        self.sync_always = sync_always
        self.max_payload = max_payload

    @property
    def url(self) -> str:
        return f"nats://{LOOPBACK}:{self.port}"

    @property
    def config(self) -> Path:
        return self.data_dir / "nats.conf"

    def info(self) -> dict[str, Any]:
        """What the server says of itself to each client (version, jetstream, max_payload). Raises OSError."""
        with socket.create_connection((LOOPBACK, self.port), timeout=1.0) as connection:
            line = connection.makefile("rb").readline()
        if not line.startswith(b"INFO "):
            raise ConnectionError("not a nats-server")
        found: dict[str, Any] = json.loads(line[5:])
        return found

    def has_stream(self, name: str) -> bool:
        """Asked in the server's own protocol: no client library, no loop."""
        ask = f"CONNECT {{}}\r\nSUB answer 1\r\nPUB $JS.API.STREAM.INFO.{name} answer 0\r\n\r\n"
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1.0) as connection:
                connection.sendall(ask.encode())
                lines = connection.makefile("rb")
                next(line for line in lines if line.startswith(b"MSG "))
                return "error" not in json.loads(lines.readline())
        except (OSError, StopIteration):
            return False

    def prepare(self) -> None:
        super().prepare()
        self.config.write_text(self._config())
        if self.sync_always:
            self._verify_config()

    def command(self) -> list[str]:
        return [str(self.binary), "-c", str(self.config), "-a", LOOPBACK, "-p", str(self.port)]

    def answers(self) -> bool:
        try:
            return bool(self.info().get("jetstream"))
        except (OSError, ValueError):
            return False

    def _config(self) -> str:
        sync = ", sync_interval: always" if self.sync_always else ""
        store = json.dumps(str(self.data_dir))
        return f"max_payload: {self.max_payload}\njetstream: {{ store_dir: {store}{sync} }}\n"

    def _verify_config(self) -> None:
        # Versions that know the option are told apart by asking, not by number: builds differ.
        answer = subprocess.run([self.binary, "-t", "-c", self.config], capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            raise EmbeddedError(f"this nats-server cannot fsync each message:\n{answer.stderr.strip()}")
