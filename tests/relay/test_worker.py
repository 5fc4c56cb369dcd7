"""A real Celery worker draining to a real nats-server (H3, H15)."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import nats
import pytest
from django.conf import settings

from controlplane.embedded.nats import NatsServer
from controlplane.embedded.valkey import ValkeyServer
from routing.models import Delivery, Destination, DestinationHealth, RelayWorker, ShardLease
from tests.relay.conftest import Installation

pytestmark = pytest.mark.django_db(transaction=True)


def eventually(condition: Callable[[], bool], seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


@pytest.fixture
def worker(
    installation: Installation, database_url: str, valkey: ValkeyServer, nats_server: NatsServer
) -> Iterator["subprocess.Popen[bytes]"]:
    config = {"servers": [nats_server.url], "stream": "EVENTS", "subject": "events.{type}"}
    Destination.objects.create(name="nats", kind="nats", config=config)
    installation.publish(installation.rule("nats"))
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "REDIS_URL": valkey.url,
        "CELERY_BROKER_URL": valkey.url,
        "DJANGO_SETTINGS_MODULE": "controlplane.settings",
        "RELAY_LEASE_SECONDS": "3",
        "RELAY_DRAIN_SECONDS": "2",
    }
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "controlplane",
        "worker",
        "-Q",
        "relay",
        "-c",
        "1",
        "-l",
        "warning",
    ]
    process = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, start_new_session=True)
    try:
        start_drain(valkey)
        yield process
    finally:
        process.kill()
        process.wait()


def start_drain(valkey: ValkeyServer) -> None:
    """What beat sends every second."""
    from controlplane.celery import app

    with app.connection_for_write(valkey.url) as broker:
        app.send_task("routing.tasks.drain", queue="relay", connection=broker)


def delivered(count: int) -> Callable[[], bool]:
    return lambda: Delivery.objects.filter(state="delivered").count() == count


def test_h15_sigterm_ends_a_drain_and_releases_its_leases(
    installation: Installation, worker: "subprocess.Popen[bytes]"
) -> None:
    installation.accept(*(str(n) for n in range(100)))
    assert eventually(delivered(100))

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(timeout=15) == 0
    assert not ShardLease.objects.exclude(token=None).exists()
    assert not RelayWorker.objects.exists()


def test_h3_deliveries_go_on_while_redis_is_away(
    installation: Installation, worker: "subprocess.Popen[bytes]", valkey: ValkeyServer
) -> None:
    installation.accept("before")
    assert eventually(delivered(1))

    valkey.kill()
    installation.accept("while")

    assert eventually(delivered(2), seconds=10)
    time.sleep(3)  # beyond the end of the drain's time: it must go on by itself
    installation.accept("later")
    assert eventually(delivered(3), seconds=10)


def test_h2_a_broker_outage_burns_no_attempt_and_its_backlog_arrives_once(
    installation: Installation, worker: "subprocess.Popen[bytes]", nats_server: NatsServer
) -> None:
    installation.accept("before")
    assert eventually(delivered(1))

    nats_server.kill()
    for n in range(60):
        installation.accept(f"during{n}", key=f"k{n % 7}")
    assert eventually(lambda: DestinationHealth.objects.filter(unreachable_since__isnull=False).exists())
    nats_server.start()

    assert eventually(delivered(61))
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}
    held = asyncio.run(stream_of(nats_server.url))
    assert len(held) == 61
    for key in range(7):
        ids = [each for each in held[1:] if int(each.removeprefix("during")) % 7 == key]
        assert ids == sorted(ids, key=lambda each: int(each.removeprefix("during")))


async def stream_of(url: str) -> list[str]:
    """The ids of the events in the stream, in its order, as a plain consumer reads them."""
    client = await nats.connect(url, allow_reconnect=False)
    subscription = await client.jetstream().subscribe("events.>", ordered_consumer=True)
    ids = []
    with contextlib.suppress(nats.errors.TimeoutError):
        while True:
            message = await subscription.next_msg(timeout=1)
            ids.append((message.headers or {})["ce-id"])
    await client.close()
    return ids
