"""The one drain of this process: it outlives the tasks that run it, with its connections and its leases."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from events.wakeup import Listener
from routing.relay import shutdown
from routing.relay.drain import Drain, Observer, unobserved
from routing.relay.postgres import PostgresStore
from routing.relay.store import Store
from routing.relay.wake import Wake


def store() -> Store:
    """The store that fits the default database."""
    return PostgresStore() if connection.vendor == "postgresql" else Store()


def observer() -> Observer:
    if not settings.RELAY_OBSERVER:
        return unobserved
    watch: Observer = import_string(settings.RELAY_OBSERVER)
    return watch


@cache
def _hints_of(pid: int) -> tuple[Wake, Listener]:
    """The listener's thread has no end: a drain that replaces another takes it over."""
    wake = Wake()
    return wake, Listener(event=wake)


@cache
def _drain_of(pid: int) -> Drain:
    wake, _ = _hints_of(pid)
    return Drain(store(), ttl=settings.RELAY_LEASE_SECONDS, wake=wake, observe=observer())


def drain_for(seconds: float) -> bool:
    """Drain until the time is up or the worker is asked to end; says whether there should be a next time."""
    drain = _drain_of(os.getpid())
    end = time.monotonic() + seconds
    with _replaced_if_it_fails(drain):
        drain.run(until=lambda: shutdown.requested() or time.monotonic() > end)
    if shutdown.requested():
        drain.leave()
    return not shutdown.requested()


@contextmanager
def _replaced_if_it_fails(drain: Drain) -> Iterator[None]:
    """An error no drain should have is treated as a death: whoever takes over singles out the event that causes it."""
    ended = False
    try:
        yield
        ended = True
    finally:
        if not ended:
            _drain_of.cache_clear()
            drain.keeper.close()
