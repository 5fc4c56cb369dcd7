"""Two beats by mistake, as during a rolling upgrade: real ones, with a real worker and a real nats-server. H5."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest
from django.conf import settings
from django_celery_beat.models import PeriodicTask

from controlplane.embedded.nats import NatsServer
from controlplane.embedded.valkey import ValkeyServer
from routing.models import Delivery, Depth, Destination, RelayWorker, ShardLease, Tally
from tests.relay.conftest import Installation
from tests.relay.test_worker import delivered, eventually, stream_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]

CELERY = [sys.executable, "-m", "celery", "-A", "controlplane"]
SLOTS = 2
EVENTS = 300
Process = subprocess.Popen[bytes]


@pytest.fixture
def beats(
    installation: Installation, database_url: str, valkey: ValkeyServer, nats_server: NatsServer
) -> Iterator[list[Process]]:
    """Two of them, and a worker with two slots for drains."""
    config = {"servers": [nats_server.url], "stream": "EVENTS", "subject": "events.{type}"}
    Destination.objects.create(name="nats", kind="nats", config=config)
    installation.publish(installation.rule("nats"))
    environment = os.environ | {
        "DATABASE_URL": database_url, "REDIS_URL": valkey.url, "CELERY_BROKER_URL": valkey.url,
        "DJANGO_SETTINGS_MODULE": "controlplane.settings", "RELAY_LEASE_SECONDS": "3", "RELAY_DRAIN_SECONDS": "2",
    }  # fmt: skip

    def begun(*words: str) -> Process:
        command = [*CELERY, *words, "-l", "warning"]
        return subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, start_new_session=True)

    beat = ("beat", "--pidfile", "")
    running = [begun("worker", "-Q", "relay,celery", "-c", str(SLOTS + 1)), begun(*beat), begun(*beat)]
    try:
        yield running[1:]
    finally:
        for process in reversed(running):
            process.send_signal(signal.SIGTERM)
        for process in reversed(running):
            process.wait(timeout=30)


def test_nothing_is_delivered_twice_and_no_slot_drains_twice(
    installation: Installation, beats: list[Process], nats_server: NatsServer
) -> None:
    workers: list[int] = []

    def all_there(count: int) -> bool:
        workers.append(RelayWorker.objects.count())
        return delivered(count)()

    for part in range(3):
        installation.accept(*(f"{part}-{number}" for number in range(EVENTS)), key=f"k{part}")
        assert eventually(partial(all_there, EVENTS * (part + 1)), seconds=60)
    assert eventually(lambda: Depth.objects.exists(), seconds=60)

    assert [beat.poll() for beat in beats] == [None, None]
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}
    counted = Counter(asyncio.run(stream_of(nats_server.url)))
    assert (len(counted), set(counted.values())) == (3 * EVENTS, {1})
    assert not Tally.objects.filter(outcome="duplicate").exists()
    assert max(workers) <= SLOTS + 1
    tokens = set(ShardLease.objects.exclude(token=None).values_list("token", flat=True))
    assert tokens <= set(RelayWorker.objects.values_list("token", flat=True))
    names = list(PeriodicTask.objects.values_list("name", flat=True))
    assert len(names) == len(set(names))
