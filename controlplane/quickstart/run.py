"""The demo from the first check to the last process."""

import json
import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from celery import Celery
from django.conf import settings
from django.core.management import call_command
from django.db import Error, connection, connections

from controlplane.embedded.child import Child
from controlplane.quickstart import preflight, processes, servers
from controlplane.quickstart.banner import banner, services
from controlplane.quickstart.demo import STREAM, Demo, load_types, seed_demo
from controlplane.quickstart.environment import for_children, shell_variables
from controlplane.quickstart.errors import QuickstartError, StoppedError
from controlplane.quickstart.folder import Folder, write_private
from controlplane.quickstart.output import Output
from controlplane.quickstart.readiness import Probe, database_time, probes
from controlplane.quickstart.signals import ignore_signals, stopping_on_signals

READY_SECONDS = 90.0
STOP_SECONDS = 20.0
POLL_SECONDS = 0.1


class Quickstart:
    """One run of the demo in the checkout `root`."""

    def __init__(self, root: Path, output: Output) -> None:
        self.root = root
        self.output = output
        self.folder = Folder(root / ".quickstart")
        self.servers = servers.Servers()
        self.processes: list[Child] = []

    def run(self) -> None:
        """Start everything and watch it until a signal ends it. Raises QuickstartError. Nothing runs afterwards."""
        begun = time.monotonic()
        preflight.refuse_real_aws(os.environ)
        port, listener = preflight.listen(os.environ)
        with listener:
            self.folder.open()
            self._run(port, listener, begun)

    def _run(self, port: preflight.Port, listener: socket.socket, begun: float) -> None:
        with suppress(StoppedError), stopping_on_signals():
            try:
                self._start(port, listener, begun)
                self._watch()
            finally:
                self._stop()
                self.folder.close()

    def _start(self, port: preflight.Port, listener: socket.socket, begun: float) -> None:
        self.output.say("Starting NATS, Redis and the stand-in for AWS")
        servers.start(self.servers, self.folder, os.environ, self.output)
        self.output.say("Preparing the database")
        demo = self._prepare()
        self.output.say("Starting web, workers and beat")
        self._start_processes(port.number, listener)
        web = f"http://127.0.0.1:{port.number}"
        database = os.environ.get("DATABASE_URL") or f"sqlite:///{settings.DATABASES['default']['NAME']}"
        write_private(self.folder.services, json.dumps(services(web, self.servers, database, demo), indent=2))
        self.output.say(banner(web, self.servers, demo))
        self.output.say(f"Ready after {time.monotonic() - begun:.1f} s. {port.note}")
        self.output.release()

    def _prepare(self) -> Demo:
        """Migrate and seed; what only this start knows is noted down before anything can fail."""
        last = self.folder.recall()
        try:
            call_command("migrate", verbosity=0, interactive=False)
            demo = seed_demo(
                nats=self.servers.nats,
                aws=self.servers.aws,
                last=last,
                password=last.get("password"),
                api_key=last.get("api_key"),
            )
            load_types()
        except Error as error:
            raise QuickstartError(f"The database cannot be used: {error}") from error
        self.folder.remember(**self.servers.urls(), password=demo.password, api_key=demo.api_key)
        return demo

    def _start_processes(self, port: int, listener: socket.socket) -> None:
        drains = processes.DRAINS if connection.vendor == "postgresql" else processes.DRAINS_ON_SQLITE
        since = database_time()
        env = for_children(self.folder, self.servers)
        write_private(self.folder.variables, shell_variables(env))
        processes.start(listener.fileno(), drains, env=env, cwd=self.root, output=self.output, into=self.processes)
        # From here on it is the web's alone: were we to hold it too, a dead web would seem to be a slow one.
        listener.close()
        with Celery(broker=self.servers.redis, set_as_current=False) as app:
            has_stream = partial(self.servers.have_stream, STREAM)
            self._wait_until_ready(probes(port, app, since, self._beat_lines, has_stream))
        connections.close_all()

    def _wait_until_ready(self, missing: Mapping[str, Probe]) -> None:
        deadline = time.monotonic() + READY_SECONDS
        for sentence, probe in missing.items():
            while not probe():
                self._raise_if_dead()
                if time.monotonic() > deadline:
                    raise QuickstartError(f"Not ready after {READY_SECONDS:.0f} s: {sentence}.\n{self._last_words()}")
                time.sleep(POLL_SECONDS)

    def _watch(self) -> None:
        while True:
            self._raise_if_dead()
            time.sleep(POLL_SECONDS)

    def _raise_if_dead(self) -> None:
        for child in self._children():
            if not child.alive():
                raise QuickstartError(f"{child.name} ended with status {child.status}. Its last lines:\n{child.tail()}")

    def _children(self) -> list[Child]:
        return [*self.processes, *(server.child for server in self.servers if server.child)]

    def _beat_lines(self) -> list[str]:
        return [line for child in self.processes if child.name == "beat" for line in list(child.lines)]

    def _last_words(self) -> str:
        return "\n".join(f"{child.name}:\n{child.tail(5)}" for child in self.processes)

    def _stop(self) -> None:
        """Who takes events in first, who sends them on next, what they need last."""
        ignore_signals()
        self.output.release()
        self.output.say("Stopping")
        for child in self.processes:
            if child.name in ("web", "beat"):
                child.stop(STOP_SECONDS)
        for child in self.processes:
            child.ask_to_stop()
        for child in self.processes:
            child.stop(STOP_SECONDS)
        for server in reversed(self.servers.own):
            server.close()
        self.output.say("Stopped")
