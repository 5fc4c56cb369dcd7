"""How much stands where, measured for all."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Count
from django.db.models.functions import Now

from events.clock import database_now
from events.models import OutboxEntry, PendingEntry
from routing.models import Delivery, Depth, Tally
from routing.numbers.measure import measure
from routing.numbers.periods import HOUR, MINUTE
from routing.numbers.prune import prune
from tests.routing.made import at_once, dead, delivery, destination, entry, unrouted

pytestmark = pytest.mark.django_db


def depths() -> dict[tuple[str, int], tuple[int, datetime | None]]:
    return {(row.queue, row.destination_id): (row.count, row.oldest_at) for row in Depth.objects.all()}


def accepted(hours_ago: int) -> OutboxEntry:
    made = entry()
    OutboxEntry.objects.filter(pk=made.pk).update(accepted_at=Now() - timedelta(hours=hours_ago))
    made.refresh_from_db()
    return made


def test_it_counts_what_waits_for_the_relay_and_since_when() -> None:
    old, new = accepted(3), accepted(1)
    for each in (old, new):
        PendingEntry.objects.create(entry=each, shard=0)

    measure()

    assert depths()["fresh", 0] == (2, old.accepted_at)


def test_it_counts_what_waits_and_what_is_dead_for_each_destination() -> None:
    nats, bus = destination("nats"), destination("bus")
    old = accepted(5)
    delivery(nats, "pending", old)
    delivery(nats, "pending")
    delivery(bus, "delivered")
    letter = dead(bus, finished_at=database_now() - timedelta(days=2))

    measure()

    found = depths()
    assert found["pending", nats.pk] == (2, old.accepted_at)
    assert found["dead", bus.pk] == (1, letter.finished_at)
    assert found["pending", bus.pk] == found["dead", nats.pk] == (0, None)


def test_it_counts_the_unrouted_and_since_when() -> None:
    first = unrouted()
    first.refresh_from_db()
    unrouted()

    measure()

    assert depths()["unrouted", 0] == (2, first.since)


def test_a_second_measure_replaces_the_first() -> None:
    nats = destination("nats")
    waiting = delivery(nats, "pending")
    measure()
    before = Depth.objects.get(queue="pending").measured_at
    waiting.delete()

    measure()

    assert depths()["pending", nats.pk] == (0, None)
    assert Depth.objects.get(queue="pending").measured_at >= before


def test_a_destination_that_is_gone_has_no_depth_any_more() -> None:
    nats = destination("nats")
    measure()
    nats.delete()

    measure()

    assert set(depths()) == {("fresh", 0), ("unrouted", 0)}


@pytest.mark.django_db(transaction=True)
def test_h5_two_who_measure_at_once_do_not_hurt_each_other() -> None:
    for number in range(5):
        destination(f"nats-{number}")

    at_once(*[measure] * 4)

    assert Depth.objects.count() == 12


def test_the_counts_of_waiting_and_dead_read_only_indexes_of_what_waits_or_is_dead() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("plans of PostgreSQL")
    delivery(destination("nats"))

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plans = {
            state: Delivery.objects.filter(state=state).values("destination_id").annotate(number=Count("*")).explain()
            for state in ("pending", "dead")
        }

    assert "delivery_waiting" in plans["pending"]
    assert "delivery_dead" in plans["dead"]


def test_old_minutes_and_old_hours_are_pruned_and_newer_ones_kept() -> None:
    now = database_now()
    for period, hours in ((MINUTE, 27), (MINUTE, 25), (HOUR, 27), (HOUR, 36 * 24)):
        Tally.objects.create(period=period, begins=now - timedelta(hours=hours), outcome="dead", count=1)

    pruned = prune()

    assert pruned == 2
    assert set(Tally.objects.values_list("period", flat=True)) == {MINUTE, HOUR}
    assert Tally.objects.count() == 2
