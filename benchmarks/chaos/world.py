"""Everything a run needs, on private ports: servers, the product's processes, and the means to hurt them."""

import os
import platform
import secrets
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path
from typing import Self

import psycopg

from benchmarks.chaos.process import Process, Supervisor, log_to
from benchmarks.eventbridge_stub import Behaviour, EventBridgeStub
from controlplane.embedded.moto import CREDENTIALS
from controlplane.embedded.nats import NatsServer
from controlplane.embedded.ports import free_port
from controlplane.embedded.postgres import PostgresServer
from controlplane.embedded.valkey import ValkeyServer

Say = Callable[[str], None]

EVENT_BUS = "events"
LEASE_SECONDS = 2.5
MAX_PAYLOAD = 64 * 1024
RELAYS, BEATS = 2, 2
CELERY = [sys.executable, "-m", "celery", "-A", "controlplane"]
QUIETLY = ["--without-gossip", "--without-mingle", "--without-heartbeat"]


class World:
    """A context manager: whatever it started is gone afterwards. `quiet` ends all faults early."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.quiet = threading.Event()
        self.postgres = PostgresServer(fsync=False, sink=log_to(folder / "postgres.log"))
        self.nats = NatsServer(sink=log_to(folder / "nats.log"), max_payload=MAX_PAYLOAD)
        self.valkey = ValkeyServer(sink=log_to(folder / "valkey.log"))
        self.stub = EventBridgeStub(EVENT_BUS)
        self.web_port = free_port()
        self.relays: list[Process] = []
        self.beats: list[Process] = []
        self.web: list[Process] = []
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            for part in (self.postgres, self.nats, self.valkey, self.stub):
                opening.enter_context(part)
            opening.callback(self._stop_processes)
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def environment(self) -> dict[str, str]:
        """Of the product's processes, and of this one before its settings are read."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CELERY_"))}
        return {
            **inherited,
            **CREDENTIALS,
            "DJANGO_SETTINGS_MODULE": "controlplane.settings",
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url,
            "CELERY_BROKER_URL": self.valkey.url,
            "ENVIRONMENT": "development",
            "SECRET_KEY": os.environ.setdefault("SECRET_KEY", secrets.token_hex(16)),
            "SECURE_SSL_REDIRECT": "false",
            "NO_PROXY": "127.0.0.1",
            "PYTHONUNBUFFERED": "1",
            "RELAY_OBSERVER": "benchmarks.chaos.hook.observe",
            "RELAY_LEASE_SECONDS": str(LEASE_SECONDS),
            "RELAY_DRAIN_SECONDS": "10",
        }

    def start_processes(self) -> None:
        env = self.environment()
        self.web.append(self._process("web", self._gunicorn(), env))
        for number in range(1, RELAYS + 1):
            name = f"relay-{number}"
            words = ["worker", "-n", f"{name}@chaos", "-Q", "relay", "-c", "1", "--pool", "prefork", "-l", "INFO"]
            self.relays.append(self._process(name, [*CELERY, *words, *QUIETLY], env))
        for number in range(1, BEATS + 1):
            self.beats.append(self._process(f"beat-{number}", [*CELERY, "beat", "-l", "WARNING", "--pidfile", ""], env))
        self._supervisor = Supervisor(self.processes)
        self._supervisor.start()

    @property
    def processes(self) -> list[Process]:
        return [*self.web, *self.relays, *self.beats]

    def machine(self) -> str:
        """What the run ran on."""
        with psycopg.connect(self.postgres.url) as connection:
            postgres = connection.info.parameter_status("server_version")
        cores, system, python = os.cpu_count(), f"{platform.system()} {platform.machine()}", platform.python_version()
        servers = f"PostgreSQL {postgres}, nats-server {self.nats.info()['version']}"
        return f"{cores} cores, {system}, Python {python}, {servers}"

    def rest(self, seconds: float) -> None:
        """For how long a fault lasts, unless the run becomes quiet before."""
        self.quiet.wait(seconds)

    def misbehave(self, how: Behaviour) -> None:
        """The stand-in reads its behaviour field by field at each call."""
        for part in fields(how):
            setattr(self.stub.behaviour, part.name, getattr(how, part.name))

    def heal(self) -> None:
        """All servers up; faults have undone what else they did."""
        for server in (self.postgres, self.nats, self.valkey):
            if not server.alive():
                server.start()

    def _process(self, name: str, command: list[str], env: Mapping[str, str]) -> Process:
        return Process(name, command, env, self.folder)

    def _gunicorn(self) -> list[str]:
        bind = ["--bind", f"127.0.0.1:{self.web_port}", "--workers", "2", "--threads", "4", "--no-control-socket"]
        return [sys.executable, "-m", "gunicorn", "controlplane.wsgi:application", *bind]

    def _stop_processes(self) -> None:
        if self.processes:
            self._supervisor.leave()
        stopping = [threading.Thread(target=process.stop) for process in self.processes]
        for thread in stopping:
            thread.start()
        for thread in stopping:
            thread.join()


def wait_until(condition: Callable[[], bool], what: str, seconds: float) -> None:
    """Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(0.1)
