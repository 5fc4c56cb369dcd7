"""What beat stores and sends: every message ends by itself, and no more of them wait than anybody has a use for."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import redis
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from kombu import Connection

from controlplane.beat import MOST_WAITING, BoundedScheduler
from controlplane.celery import DRAIN, RELAY_QUEUE, app
from controlplane.embedded.ports import free_port
from controlplane.embedded.valkey import ValkeyServer

# The scheduler gives its connection up, which a transaction around the test would not outlive.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def broker(valkey: ValkeyServer) -> Iterator[Connection]:
    with app.connection_for_write(valkey.url) as connection:
        yield connection


def send(name: str, broker: Connection, times: int = 1) -> None:
    """As beat does when an entry is due."""
    scheduler = BoundedScheduler(app=app)
    producer = app.amqp.Producer(broker, auto_declare=False)
    for _ in range(times):
        scheduler.apply_entry(scheduler.schedule[name], producer=producer)


def waiting(valkey: ValkeyServer, queue: str) -> list[dict[str, Any]]:
    """The headers of the messages in a queue, the oldest first."""
    with redis.Redis.from_url(valkey.url) as client:
        messages: Any = client.lrange(queue, 0, -1)
    return [json.loads(message)["headers"] for message in reversed(messages)]


def test_what_an_earlier_start_stored_without_an_end_has_one_after_the_next() -> None:
    PeriodicTask.objects.create(
        name="drain", task=DRAIN, interval=IntervalSchedule.objects.create(every=1, period=IntervalSchedule.SECONDS)
    )

    BoundedScheduler(app=app)

    stored = dict(PeriodicTask.objects.filter(name__in=app.conf.beat_schedule).values_list("name", "expire_seconds"))
    assert stored.keys() == app.conf.beat_schedule.keys()
    assert all(seconds and seconds >= 60 for seconds in stored.values())


@pytest.mark.parametrize("name", app.conf.beat_schedule)
def test_what_beat_sends_expires(name: str, broker: Connection, valkey: ValkeyServer) -> None:
    send(name, broker)

    [sent] = waiting(valkey, RELAY_QUEUE) + waiting(valkey, "celery")
    lives = datetime.fromisoformat(sent["expires"]) - datetime.now(UTC)
    assert 0 < lives.total_seconds() <= max(60.0, app.conf.beat_schedule[name]["schedule"])


def test_a_queue_that_nobody_empties_does_not_grow_for_ever(broker: Connection, valkey: ValkeyServer) -> None:
    send("drain", broker, times=MOST_WAITING + 10)

    assert len(waiting(valkey, RELAY_QUEUE)) == MOST_WAITING


def test_another_queue_is_filled_all_the_same(broker: Connection, valkey: ValkeyServer) -> None:
    send("drain", broker, times=MOST_WAITING + 1)

    send("measure", broker)

    assert [sent["task"] for sent in waiting(valkey, "celery")] == ["routing.tasks.measure"]


def test_h3_a_broker_that_is_away_ends_neither_the_tick_nor_beat(caplog: pytest.LogCaptureFixture) -> None:
    with app.connection_for_write(f"redis://127.0.0.1:{free_port()}/0") as gone:
        send("drain", gone)

    assert "Message Error" in caplog.text
