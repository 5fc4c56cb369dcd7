"""The wake-up hint: "there is work", through Redis, for relays that wait. It may be lost; the database is the schedule.

`hint` can neither fail nor delay its caller: it sets a flag, and a daemon thread does the rest.
"""

import os
import random
import threading
import time
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

DEBOUNCE_SECONDS = 0.001
"""Half of it is what a hint waits on average where commits come about as often: it is part of every latency."""
PUBLISH_TIMEOUT_SECONDS = 0.2
PAUSE_AFTER_FAILURE_SECONDS = 1.0
LISTEN_TIMEOUT_SECONDS = 1.0
POLL_SECONDS = 0.5
MAX_BACKOFF_SECONDS = 2.0


def hint() -> None:
    """Tell waiting relays that there is work. Costs microseconds, whatever Redis does."""
    global _publisher
    if _publisher.pid != os.getpid():
        # Threads do not survive a fork.
        _publisher = _Publisher()
    _publisher.wanted.set()
    if not _publisher.started:
        _publisher.start()


class _Publisher:
    """Publishes at most once in DEBOUNCE_SECONDS, whatever is asked of it."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.wanted = threading.Event()
        self.started = False
        self._starting = threading.Lock()

    def start(self) -> None:
        with self._starting:
            if self.started:
                return
            self.started = True
        try:
            threading.Thread(target=self._run, name="wakeup-hint", daemon=True).start()
        except RuntimeError:
            # No more threads, or the interpreter is ending: relays find the work by themselves.
            self.started = False

    def _run(self) -> None:
        client = _client(settings.REDIS_URL, PUBLISH_TIMEOUT_SECONDS)
        # Packed once, on a connection of its own: `client.publish` takes twice as much of the core that ingest is on.
        connection: Any = client.connection_pool.make_connection()
        message = connection.pack_command("PUBLISH", _channel(client), b"")
        while True:
            self.wanted.wait()
            self.wanted.clear()
            try:
                connection.send_packed_command(message)
                connection.read_response()
                time.sleep(DEBOUNCE_SECONDS)
            except redis.RedisError:
                connection.disconnect()
                time.sleep(PAUSE_AFTER_FAILURE_SECONDS)


_publisher = _Publisher()

# Of its own: a thread in the background must not disturb the random numbers of a caller who has seeded them.
_chance = random.Random()  # noqa: S311


class Listener:
    """Sets `event` at each hint, and after each new connection, since hints may have been missed before it."""

    def __init__(self, url: str | None = None, event: threading.Event | None = None) -> None:
        self.event = event or threading.Event()
        self._client = _client(url or settings.REDIS_URL, LISTEN_TIMEOUT_SECONDS)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wakeup-listener", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closed.set()
        self._thread.join(POLL_SECONDS + 2 * LISTEN_TIMEOUT_SECONDS)

    def _run(self) -> None:
        failures = 0
        while not self._closed.is_set():
            try:
                with self._client.pubsub() as subscription:  # type: ignore[no-untyped-call]
                    subscription.subscribe(_channel(self._client))
                    failures = 0
                    self._listen(subscription)
            except redis.RedisError:
                failures += 1
                longest = min(MAX_BACKOFF_SECONDS, 0.1 * 2 ** min(failures, 10))
                self._closed.wait(_chance.uniform(longest / 2, longest))
        self._client.close()

    def _listen(self, subscription: redis.client.PubSub) -> None:
        while not self._closed.is_set():
            if subscription.get_message(timeout=POLL_SECONDS) is not None:
                self.event.set()


def _client(url: str, timeout: float) -> redis.Redis:
    return redis.Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=5,
    )


def _channel(client: redis.Redis) -> str:
    """Channels are common to all databases of a server: the number tells two installations apart."""
    database = client.connection_pool.connection_kwargs.get("db") or 0
    return f"event-control-plane:{database}:work"
