"""Keys made and unwrapped ahead, and away from whoever stores events: by one thread in each process that needs them."""

import os
import threading
import time
from collections.abc import Iterable

import structlog
from django.db import DatabaseError, InterfaceError, connection, transaction

from events.models import ApiKey
from events.pii.keys import held, kek
from events.pii.keys.errors import KekError
from events.pii.keys.rows import ensure_keys

log = structlog.get_logger(__name__)

PAUSE_AFTER_FAILURE_SECONDS = 1.0
EVERYBODY = ""
"""No tenant's name."""


def ask(tenant: str) -> None:
    """Have a tenant's keys made and unwrapped. Returns at once."""
    global _fetcher
    if not kek.configured():
        return
    if _fetcher.pid != os.getpid():
        # Threads do not survive a fork.
        _fetcher = _Fetcher()
    _fetcher.ask(tenant)


def ask_after_commit(tenant: str) -> None:
    """The same for a tenant that this transaction makes known."""
    transaction.on_commit(lambda: ask(tenant), robust=True)


def ask_for_all() -> None:
    """Have the keys of all tenants made and unwrapped: for the start of a process that takes events in."""
    ask(EVERYBODY)


def rest(seconds: float) -> bool:
    """Wait until all that was asked for was tried; whether it was in that time."""
    return _fetcher.at_rest.wait(seconds)


def make_missing() -> int:
    """Make the keys that tenants lack, here and now; how many. Raises KekError."""
    return sum(ensure_keys(tenant) for tenant in known_tenants()) if kek.configured() else 0


def known_tenants() -> list[str]:
    tenants = ApiKey.objects.filter(revoked_at=None).values_list("tenant", flat=True)
    return sorted({"default", *tenants})


class _Fetcher:
    """A thread that is started by the first question and waits for the next."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._wanted: set[str] = set()
        self._lock = threading.Lock()
        self._asked = threading.Event()
        self.at_rest = threading.Event()
        self.at_rest.set()
        self._started = False

    def ask(self, tenant: str) -> None:
        with self._lock:
            self.at_rest.clear()
            self._wanted.add(tenant)
            starting, self._started = not self._started, True
        self._asked.set()
        if starting:
            self._start()

    def _start(self) -> None:
        try:
            threading.Thread(target=self._run, name="pii-keys", daemon=True).start()
        except RuntimeError:
            # No more threads, or the interpreter is ending: who asks next tries again.
            self._started = False

    def _run(self) -> None:
        while True:
            self._asked.wait()
            self._asked.clear()
            with self._lock:
                tenants, self._wanted = self._wanted, set()
            well = fetched(tenants)
            connection.close()
            with self._lock:
                if not self._wanted:
                    self.at_rest.set()
            if not well:
                time.sleep(PAUSE_AFTER_FAILURE_SECONDS)


def fetched(tenants: Iterable[str]) -> bool:
    """Make and unwrap the keys of some tenants; whether all went well. Whoever needs the others asks again."""
    try:
        everybody = known_tenants() if EVERYBODY in tenants else ()
    except (DatabaseError, InterfaceError) as error:
        return _failed(error, "")
    return all([_fetched(tenant) for tenant in sorted({*tenants, *everybody} - {EVERYBODY})])


def _fetched(tenant: str) -> bool:
    try:
        ensure_keys(tenant)
        held.fetch(tenant)
    except (KekError, DatabaseError, InterfaceError) as error:
        return _failed(error, tenant)
    return True


def _failed(error: Exception, tenant: str) -> bool:
    # A text of the database may quote a row.
    reason = str(error) if isinstance(error, KekError) else ""
    log.warning("pii_keys.not_fetched", tenant=tenant, error=type(error).__name__, reason=reason)
    return False


_fetcher = _Fetcher()
