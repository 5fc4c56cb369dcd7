"""The hint: fast when Redis is there, harmless when it is not."""

import os
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import redis
from pytest_django import Settings

from controlplane.embedded.valkey import ValkeyServer
from events import wakeup
from events.wakeup import Listener

PATIENCE = 15


@pytest.fixture(autouse=True)
def _own_publisher(monkeypatch: pytest.MonkeyPatch) -> None:
    """A publisher for this test's settings; the thread of the one before it sleeps."""
    monkeypatch.setattr(wakeup, "_publisher", wakeup._Publisher())


@pytest.fixture
def listener(valkey: ValkeyServer, settings: Settings) -> Iterator[Listener]:
    """A listener that has connected."""
    settings.REDIS_URL = valkey.url
    found = Listener()
    assert found.event.wait(PATIENCE)
    found.event.clear()
    yield found
    found.close()


def slowest_of(hints: int) -> float:
    """Seconds that the slowest call took."""
    slowest = 0.0
    for _ in range(hints):
        started = time.perf_counter()
        wakeup.hint()
        slowest = max(slowest, time.perf_counter() - started)
    return slowest


def test_a_hint_wakes_a_listener(listener: Listener) -> None:
    wakeup.hint()

    assert listener.event.wait(PATIENCE)


def test_many_hints_are_few_messages(listener: Listener, valkey: ValkeyServer) -> None:
    with redis.Redis.from_url(valkey.url) as client:
        before = client.info("commandstats").get("cmdstat_publish", {}).get("calls", 0)

        for _ in range(10_000):
            wakeup.hint()
        assert listener.event.wait(PATIENCE)

        published = client.info("commandstats")["cmdstat_publish"]["calls"] - before
    assert 1 <= published < 1000


def test_two_installations_on_one_server_do_not_wake_each_other(listener: Listener, valkey: ValkeyServer) -> None:
    other = Listener(f"{valkey.url.rpartition('/')[0]}/1")
    assert other.event.wait(PATIENCE)
    other.event.clear()

    wakeup.hint()

    assert listener.event.wait(PATIENCE)
    assert not other.event.is_set()
    other.close()


def test_h3_a_listener_connects_again_and_wakes_since_it_may_have_missed_something(
    listener: Listener, valkey: ValkeyServer
) -> None:
    valkey.kill()
    listener.event.clear()

    valkey.start()

    assert listener.event.wait(PATIENCE)
    listener.event.clear()
    deadline = time.monotonic() + PATIENCE
    while not listener.event.is_set() and time.monotonic() < deadline:
        wakeup.hint()
        listener.event.wait(0.1)
    assert listener.event.is_set()


def test_h3_a_hint_costs_nothing_while_redis_refuses(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert slowest_of(1000) < 0.1


def test_h3_a_hint_costs_nothing_while_redis_hangs(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"

        assert slowest_of(1000) < 0.1


def test_a_hint_survives_that_no_thread_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError

    monkeypatch.setattr(threading.Thread, "start", refuse)

    wakeup.hint()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_hints_too(listener: Listener) -> None:
    wakeup.hint()
    assert listener.event.wait(PATIENCE)
    time.sleep(2 * wakeup.DEBOUNCE_SECONDS)
    listener.event.clear()

    child = os.fork()
    if child == 0:
        wakeup.hint()
        time.sleep(PATIENCE)
        os._exit(0)

    try:
        assert listener.event.wait(PATIENCE)
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)


def listeners() -> int:
    return sum(thread.name == "wakeup-listener" for thread in threading.enumerate())


def test_closing_ends_the_thread(listener: Listener) -> None:
    running = listeners()

    listener.close()

    assert listeners() == running - 1
