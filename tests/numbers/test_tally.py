"""Counts of a drain, written about once a second, apart from what it settles."""

import time

import pytest
from django.db import connection, transaction
from django.db.models import Count, Sum

from events.clock import database_now
from routing.models import Attempt, Delivery, Destination, Tally, Unrouted
from routing.numbers import upsert
from routing.numbers.count import Counts
from routing.numbers.tally import Tallies
from routing.numbers.upsert import add
from routing.publishers.port import Failure, Outcome
from routing.relay.drain import Drain
from tests.relay.conftest import Installation, installation
from tests.routing.made import at_once

__all__ = ["installation"]

REFUSED = Failure(Outcome.RETRYABLE, "refused", "not now")


def ignore(_counts: Counts) -> None:
    """Nobody else is told."""


def totals(period: int = Tally.MINUTE) -> dict[str, int]:
    rows = Tally.objects.filter(period=period)
    return dict(rows.values_list("outcome").annotate(total=Sum("count")))


@pytest.mark.django_db
def test_it_adds_to_the_minute_and_the_hour() -> None:
    now = database_now()
    add({("delivered", 1, 0): 3, ("matched", 0, 9): 2}, now)

    add({("delivered", 1, 0): 4}, now)

    rows = Tally.objects.values_list("period", "outcome", "destination_id", "rule_id", "count")
    assert set(rows) == {
        (period, *row) for period in (60, 3600) for row in (("delivered", 1, 0, 7), ("matched", 0, 9, 2))
    }


@pytest.mark.django_db
def test_the_bucket_is_the_one_that_holds_the_moment() -> None:
    now = database_now()

    add({("dead", 1, 0): 1}, now)

    minute, hour = Tally.objects.order_by("period").values_list("begins", flat=True)
    assert minute == now.replace(second=0, microsecond=0)
    assert hour == minute.replace(minute=0)


@pytest.mark.django_db(transaction=True)
def test_h5_many_who_add_the_same_rows_at_once_lose_nothing_and_do_not_deadlock() -> None:
    now = database_now()
    some = [("delivered", number, 0) for number in range(20)]

    def add_many(order: int) -> None:
        for _ in range(10):
            add(dict.fromkeys(some[::order], 1), now)

    at_once(*[lambda order=order: add_many(order) for order in (1, -1, 1, -1)])

    assert totals() == totals(Tally.HOUR) == {"delivered": 4 * 10 * 20}


@pytest.mark.django_db
def test_it_writes_once_a_second() -> None:
    tallies = Tallies(ignore)
    tallies.add(Counts({("delivered", 1, 0): 1}))
    tallies.beat(100.0)
    tallies.add(Counts({("delivered", 1, 0): 1}))

    tallies.beat(100.9)
    before = totals()
    tallies.beat(101.0)

    assert (before, totals()) == ({"delivered": 1}, {"delivered": 2})


@pytest.mark.django_db(transaction=True)
def test_counts_are_kept_while_somebody_holds_the_rows_and_written_afterwards() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no row locks")
    tallies = Tallies(ignore)
    add({("delivered", 1, 0): 1}, database_now())
    tallies.add(Counts({("delivered", 1, 0): 5}))

    with transaction.atomic():
        list(Tally.objects.select_for_update())
        begun = time.monotonic()
        at_once(tallies.flush)
        took = time.monotonic() - begun
    before = totals()
    tallies.flush()

    assert took < 5
    assert before["delivered"] == 1
    assert totals()["delivered"] == 6


def wait_until_settled(installation: Installation, drain: Drain, count: int) -> None:
    installation.run(lambda: Delivery.objects.exclude(state="pending").count() >= count, drain=drain)


def test_tallies_of_a_drain_equal_what_it_delivered(installation: Installation) -> None:
    installation.destination("nats")
    installation.publish(installation.rule("nats", type_pattern="com.example.*"))
    installation.accept(*map(str, range(30)))
    installation.accept("lost", type="org.other")

    wait_until_settled(installation, installation.drain(), 30)

    assert totals() == totals(Tally.HOUR) == {"accepted": 31, "matched": 30, "unrouted": 1, "delivered": 30}
    assert Unrouted.objects.count() == 1


def test_tries_that_failed_are_counted_as_often_as_they_are_recorded(installation: Installation) -> None:
    stream = installation.destination("nats", max_attempts=2, backoff_base_seconds=0.01, backoff_cap_seconds=0.02)
    stream.script.fail = lambda message: REFUSED if message.event.id in ("1", "2") else None
    installation.publish(installation.rule("nats"))
    installation.accept(*map(str, range(5)))

    wait_until_settled(installation, installation.drain(), 5)

    counts = totals()
    assert (counts["delivered"], counts["dead"]) == (3, 2)
    assert counts["failed"] == Attempt.objects.count() == 4
    assert counts["retried"] == 2


def test_what_moves_on_to_the_next_destination_is_a_failover(installation: Installation) -> None:
    first = installation.destination("nats", max_attempts=1)
    installation.destination("bus")
    first.script.fail = lambda message: REFUSED
    installation.publish(installation.rule("nats", "bus", strategy="FAILOVER"))
    installation.accept("1", "2")

    wait_until_settled(installation, installation.drain(), 2)

    left = Tally.objects.get(period=Tally.MINUTE, outcome="failover")
    assert left.count == 2
    assert left.destination_id == Destination.objects.get(name="nats").pk


def test_deliveries_go_on_while_tallies_cannot_be_written(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upsert, "ADD", "INSERT INTO no_such_table VALUES {rows}")
    installation.destination("nats")
    installation.publish(installation.rule("nats"))
    installation.accept(*map(str, range(5)))
    drain = installation.drain()

    wait_until_settled(installation, drain, 5)
    before = totals()
    monkeypatch.undo()
    drain.tallies.flush()

    assert before == {}
    assert totals()["delivered"] == 5


def test_h5_tallies_of_two_workers_equal_what_both_delivered(installation: Installation) -> None:
    installation.destination("nats")
    installation.destination("bus")
    installation.publish(installation.rule("nats", "bus"))
    for batch in range(10):
        installation.accept(*(f"{batch}-{number}" for number in range(60)))
    drains = [installation.drain() for _ in range(2)]

    def drain(one: Drain) -> None:
        wait_until_settled(installation, one, 1200)

    at_once(*[lambda one=one: drain(one) for one in drains])

    delivered = dict(Delivery.objects.values_list("destination_id").annotate(Count("pk")))
    tallied = Tally.objects.filter(period=Tally.MINUTE, outcome="delivered")
    assert sum(delivered.values()) == 1200
    assert dict(tallied.values_list("destination_id").annotate(Sum("count"))) == delivered
    assert totals()["accepted"] == 600
