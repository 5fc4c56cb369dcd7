"""Whether the whole works: database, broker, migrations, and a relay that gets on. Each answer comes in time."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock, Thread

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import OperationalError as BrokerError

from controlplane.celery import app
from events.clock import database_now
from events.models import PendingEntry
from routing.models import RoutingTable, Tally
from routing.numbers.periods import MINUTE, beginning
from routing.numbers.read import workers_alive

DEADLINE = 2.0
"""Seconds after which what has not answered counts as away."""
KEPT_SECONDS = 1.0
"""An answer serves all who ask within this time: the page is open to everybody."""
PATIENCE = timedelta(minutes=1)
"""What has waited longer for a relay that settled nothing meanwhile says that it is stuck."""
STATEMENT_TIMEOUT = f"SET statement_timeout = {int(DEADLINE * 1000)}"


@dataclass(frozen=True, slots=True)
class Check:
    """`detail` names no address and quotes no error text."""

    name: str
    ok: bool
    detail: str


class Question:
    """Asks in a thread of its own, so that nobody waits longer than they said, and never twice at once."""

    def __init__(self, names: tuple[str, ...], ask: Callable[[], Iterable[Check]]) -> None:
        self._names = names
        self._ask = ask
        self._thread: Thread | None = None
        self._answer: list[Check] = []

    def begin(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._answer = [Check(name, False, f"no answer within {DEADLINE:.0f} s") for name in self._names]
            self._thread = Thread(target=self._run, daemon=True, name=f"readiness-{self._names[0]}")
            self._thread.start()

    def _run(self) -> None:
        try:
            self._answer = list(self._ask())
        finally:
            connection.close()

    def answer(self, deadline: float) -> list[Check]:
        """What was answered until `deadline` (monotonic)."""
        if self._thread is not None:
            self._thread.join(max(0.0, deadline - time.monotonic()))
        return self._answer


class Readiness:
    """All questions together, asked at once; an answer is kept for a moment."""

    def __init__(self, *questions: Question) -> None:
        self._questions = questions
        self._lock = Lock()
        self._checks: list[Check] = []
        self._until = 0.0

    def checks(self) -> list[Check]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._checks = self._asked()
                self._until = time.monotonic() + KEPT_SECONDS
            return self._checks

    def _asked(self) -> list[Check]:
        deadline = time.monotonic() + DEADLINE
        for question in self._questions:
            question.begin()
        return [check for question in self._questions for check in question.answer(deadline)]


def ask_database() -> list[Check]:
    """The database, its migrations, and by what is in it the relay."""
    try:
        _connect()
        found = [Check("database", True, "answers"), migrations()]
        return [*found, relay() if found[-1].ok else Check("relay", False, "unknown before the migrations")]
    except Error as error:
        detail = f"does not answer ({type(error).__name__})"
        unknown = "unknown without the database"
        return [Check("database", False, detail), Check("migrations", False, unknown), Check("relay", False, unknown)]


def _connect() -> None:
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT_TIMEOUT if connection.vendor == "postgresql" else "SELECT 1")


def migrations() -> Check:
    executor = MigrationExecutor(connection)
    waiting = [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    detail = f"{len(waiting)} to apply, the first is {waiting[0]}" if waiting else "all applied"
    return Check("migrations", not waiting, detail)


def relay() -> Check:
    """A worker lives, and what waits longest is young, or something was settled lately."""
    workers = workers_alive()
    if not workers:
        return Check("relay", False, "no relay worker is alive")
    alive = f"{workers} alive"
    oldest = PendingEntry.objects.order_by("pk").values_list("entry__accepted_at", flat=True).first()
    now = database_now()
    if oldest is None or now - oldest < PATIENCE:
        return Check("relay", True, alive)
    if not RoutingTable.objects.exists():
        # Not the relay's fault, and whoever is to publish one needs the web.
        return Check("relay", True, f"{alive}; events wait for the first routing table to be published")
    since = beginning(now - PATIENCE, MINUTE)
    if Tally.objects.filter(period=MINUTE, begins__gte=since, outcome=Tally.Outcome.ACCEPTED).exists():
        return Check("relay", True, f"{alive}; catching up")
    return Check("relay", False, f"{alive}, but nothing was settled for a minute and events wait")


def ask_broker() -> list[Check]:
    try:
        with app.connection_for_write() as broker:
            # Connects, by the settings that keep senders from hanging.
            broker.default_channel  # noqa: B018
    except (BrokerError, OSError) as error:
        return [Check("broker", False, f"does not answer ({type(error).__name__})")]
    return [Check("broker", True, "answers")]


READINESS = Readiness(Question(("database", "migrations", "relay"), ask_database), Question(("broker",), ask_broker))
