"""What pages and programs read about rates and depths."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from pytest_django import DjangoAssertNumQueries

from events.clock import database_now
from routing.models import Depth, DestinationHealth, RelayWorker, RoutingTable, Tally
from routing.numbers.periods import HOUR, MINUTE, beginning
from routing.numbers.read import matches_today, overview, series
from tests.routing.made import destination

pytestmark = pytest.mark.django_db


def tally(outcome: str, count: int, *, ago: float = 0.0, period: int = MINUTE, **values: Any) -> None:
    begins = beginning(database_now() - timedelta(seconds=ago), period)
    Tally.objects.create(period=period, begins=begins, outcome=outcome, count=count, **values)


def test_an_installation_without_events_has_zeros_and_no_shares() -> None:
    found = overview()

    assert (found.fresh, found.waiting, found.dead, found.unrouted, found.workers) == (0, 0, 0, 0, 0)
    assert found.success_share is None
    assert found.measured_seconds_ago is None
    assert not found.beat_alive
    assert found.table_version is None
    assert found.destinations == []


def test_it_counts_the_last_hour_of_each_destination() -> None:
    nats, bus = destination("nats"), destination("bus")
    tally("delivered", 30, destination_id=nats.pk)
    tally("delivered", 60, ago=600, destination_id=nats.pk)
    tally("delivered", 7, ago=3700, destination_id=nats.pk)
    tally("dead", 10, ago=60, destination_id=nats.pk)
    tally("failed", 11, ago=60, destination_id=nats.pk)
    tally("failover", 3, destination_id=bus.pk)

    by_name = {each.name: each for each in overview().destinations}

    assert (by_name["nats"].delivered_hour, by_name["nats"].dead_hour, by_name["nats"].failed_hour) == (90, 10, 11)
    assert by_name["nats"].success_share == 0.9
    assert by_name["bus"].failover_hour == 3
    assert by_name["bus"].success_share is None


def test_a_full_minute_before_gives_the_rate_of_the_last_sixty_seconds() -> None:
    tally("accepted", 600, ago=60)
    tally("accepted", 0)

    rate = overview().accepted_per_second

    # The previous minute counts by what is left of it in the last 60 seconds.
    assert 0.0 <= rate <= 10.0


def test_depths_are_those_of_the_last_measure() -> None:
    nats = destination("nats")
    now = database_now()
    Depth.objects.create(queue="fresh", count=5, oldest_at=now - timedelta(seconds=3))
    Depth.objects.create(queue="pending", destination_id=nats.pk, count=7, oldest_at=now - timedelta(seconds=90))
    Depth.objects.create(queue="dead", destination_id=nats.pk, count=2, oldest_at=now - timedelta(hours=5))
    Depth.objects.create(queue="unrouted", count=4)

    found = overview()

    assert (found.fresh, found.waiting, found.dead, found.unrouted) == (5, 7, 2, 4)
    assert found.oldest_seconds == pytest.approx(90, abs=5)
    assert found.destinations[0].oldest_seconds == pytest.approx(90, abs=5)
    assert found.beat_alive


def test_beat_is_away_once_the_last_measure_is_old() -> None:
    Depth.objects.create(queue="fresh", measured_at=Now() - timedelta(seconds=45))

    found = overview()

    assert found.measured_seconds_ago == pytest.approx(45, abs=5)
    assert not found.beat_alive


@pytest.mark.parametrize(
    ("paused", "unreachable", "state", "reason"),
    [
        (False, False, "ready", ""),
        (True, False, "paused", "upgrade"),
        (False, True, "unreachable", "no answer"),
        (True, True, "paused+unreachable", "upgrade; no answer"),
    ],
)
def test_a_destination_says_how_it_stands_and_why(paused: bool, unreachable: bool, state: str, reason: str) -> None:
    one = destination("nats", paused=paused, paused_reason="upgrade" if paused else "")
    if unreachable:
        DestinationHealth.objects.create(destination=one, unreachable_since=Now(), error="no answer")

    [found] = overview().destinations

    assert (found.state, found.reason) == (state, reason)


def test_only_workers_whose_time_is_not_up_are_alive() -> None:
    for number, seconds in enumerate((10, -10)):
        expires = Now() + timedelta(seconds=seconds)
        RelayWorker.objects.create(token=f"{number:032}", name="relay", expires_at=expires)

    assert overview().workers == 1


def test_it_names_the_published_table() -> None:
    for version in (1, 2):
        RoutingTable.objects.create(version=version, snapshot={"format": 1, "rules": []})

    found = overview()

    assert found.table_version == 2
    assert found.published_at is not None


def test_the_overview_takes_as_many_queries_with_ten_destinations_as_with_none(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(10):
        one = destination(f"nats-{number}")
        tally("delivered", 1, destination_id=one.pk)
        DestinationHealth.objects.create(destination=one)

    with django_assert_num_queries(6):
        overview()


def test_a_chart_of_the_last_hour_has_a_bucket_for_each_minute_and_zeros_in_its_gaps() -> None:
    tally("delivered", 4, ago=120, destination_id=1)
    tally("delivered", 5, ago=120, destination_id=2)
    tally("delivered", 9, ago=7200)

    found = series("hour")

    assert len(found.labels) == 60
    assert found.labels[-1] - found.labels[0] == timedelta(minutes=59)
    assert sum(found.by_outcome["delivered"]) == 9
    assert max(found.by_outcome["delivered"]) == 9
    assert found.by_outcome["dead"] == [0] * 60


def test_a_chart_of_the_last_day_has_a_bucket_for_each_hour() -> None:
    tally("dead", 2, ago=7200, period=HOUR)
    tally("dead", 50, ago=7200, period=MINUTE)

    found = series("day")

    assert len(found.labels) == 24
    assert found.by_outcome["dead"][-3] == 2
    assert sum(found.by_outcome["dead"]) == 2


def test_matches_are_summed_by_rule_since_midnight() -> None:
    midnight = beginning(database_now(), 24 * HOUR)
    for rule_id, begins, count in ((1, midnight, 3), (2, midnight, 1), (1, midnight - timedelta(hours=1), 100)):
        Tally.objects.create(period=HOUR, begins=begins, outcome="matched", rule_id=rule_id, count=count)

    assert matches_today() == {1: 3, 2: 1}
