"""A private installation: PostgreSQL with fsync, nats-server and Valkey on free ports, migrated, with one destination.

Nothing here may import a model before `Installation` has told Django where the database is.
"""

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

import django
from django.core.management import call_command

from benchmarks.stream import DEDUP_WINDOW_SECONDS, STREAM, SUBJECT, empty
from controlplane.embedded.nats import NatsServer
from controlplane.embedded.postgres import PostgresServer
from controlplane.embedded.valkey import ValkeyServer

if TYPE_CHECKING:
    from benchmarks.workers import Workers
    from routing.models import Destination

# What would strike at any time is done between the runs instead.
BETWEEN_RUNS = {"autovacuum": "off", "checkpoint_timeout": "1h", "max_wal_size": "8GB"}
# Keys of nobody: what signs calls must find some, and must not find real ones.
AWS = {"AWS_ACCESS_KEY_ID": "benchmark", "AWS_SECRET_ACCESS_KEY": "benchmark", "AWS_DEFAULT_REGION": "us-east-1"}


class Installation:
    """A context manager: its end stops the workers and the servers."""

    workers: "Workers"
    nats_destination: "Destination"

    def __init__(self) -> None:
        self.postgres = PostgresServer(options=BETWEEN_RUNS)
        self.nats = NatsServer()
        self.valkey = ValkeyServer()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            for server in (self.postgres, self.nats, self.valkey):
                stack.enter_context(server)
            self._configure()
            self._furnish(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _configure(self) -> None:
        for name in [name for name in os.environ if name.startswith(("AWS_", "CELERY_", "RELAY_"))]:
            del os.environ[name]
        os.environ.update(
            AWS,
            DJANGO_SETTINGS_MODULE="controlplane.settings",
            ENVIRONMENT="development",
            SECRET_KEY="benchmarks-only",  # noqa: S106
            DATABASE_URL=self.postgres.url,
            REDIS_URL=self.valkey.url,
            NO_PROXY="127.0.0.1",
            no_proxy="127.0.0.1",
        )
        django.setup()
        call_command("migrate", verbosity=0)

    def _furnish(self, stack: ExitStack) -> None:
        from django.db import connections

        from benchmarks.workers import Workers
        from routing.models import Destination

        config = {
            "servers": [self.nats.url],
            "stream": STREAM,
            "subject": SUBJECT,
            "dedup_window_seconds": DEDUP_WINDOW_SECONDS,
        }
        self.nats_destination = Destination.objects.create(name="nats", kind="nats", config=config)
        stack.callback(connections.close_all)
        self.workers = stack.enter_context(Workers())
        self.empty()

    def empty(self) -> None:
        """No event in the database, none in the stream."""
        from benchmarks.database import clear

        clear()
        empty(self.nats.url)
