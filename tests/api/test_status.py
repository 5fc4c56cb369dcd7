"""The platform at a glance: what is healthy, what is not, and why."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from routing.models import Depth, Destination, DestinationHealth, RelayWorker, Tally
from routing.publish_table import publish
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.routing import made

ALL, LIST, ONE = "/api/v1/status", "/api/v1/status/destinations", "/api/v1/status/destinations/{destination}"


@pytest.fixture
def running(db: None) -> None:
    """A worker drains, and a measure was taken just now."""
    RelayWorker.objects.create(token=uuid4(), name="w", expires_at=Now() + timedelta(minutes=1))
    Depth.objects.create(queue="fresh", count=4)


def tally(outcome: str, count: int, to: Destination | None = None, rule: int = 0) -> None:
    now = timezone.now().replace(second=0, microsecond=0)
    for period, begins in ((60, now), (3600, now.replace(minute=0))):
        Tally.objects.create(
            period=period, begins=begins, outcome=outcome, count=count, destination_id=to.pk if to else 0, rule_id=rule
        )


def unreachable(to: Destination) -> None:
    DestinationHealth.objects.create(destination=to, unreachable_since=Now(), error_class="refused", error="no route")


def status(caller: Call) -> Any:
    response = caller("events:read").get(ALL)
    assert response.status_code == 200
    assert_as_documented(response, "get", ALL)
    return response.json()


@pytest.mark.usefixtures("running")
def test_all_is_well(caller: Call) -> None:
    nats, eventbridge = made.destination("nats"), made.destination("eventbridge")
    rule = made.rule("branches", nats, eventbridge, strategy="FAILOVER", priority=2)
    other = made.rule("the rest", eventbridge)
    table = publish(note="first", by=None)
    tally("delivered", 9, nats)
    tally("dead", 1, nats)
    tally("failover", 2, nats)
    tally("matched", 5, rule=rule.pk)

    body = status(caller)

    assert (body["health"], body["problems"]) == ("healthy", [])
    assert (body["healthy_destinations"], body["all_destinations"]) == (2, 2)
    assert (body["primary_healthy"], body["primaries"]) == (True, ["nats"])
    assert (body["success_share"], body["failovers_last_hour"], body["fresh"]) == (0.9, 2, 4)
    assert (body["workers"], body["beat_alive"], body["table_version"]) == (1, True, table.version)
    assert body["rules"] == [
        {"id": rule.pk, "name": "branches", "matched_today": 5},
        {"id": other.pk, "name": "the rest", "matched_today": 0},
    ]
    assert [(each["name"], each["success_share"]) for each in body["destinations"]] == [
        ("eventbridge", None),
        ("nats", 0.9),
    ]


@pytest.mark.usefixtures("running")
def test_an_unreachable_primary_degrades(caller: Call) -> None:
    nats, eventbridge = made.destination("nats"), made.destination("eventbridge")
    made.rule("branches", nats, eventbridge, strategy="FAILOVER")
    publish(note="first", by=None)
    unreachable(nats)

    body = status(caller)

    assert (body["health"], body["problems"]) == ("degraded", ["nats is unreachable"])
    assert (body["healthy_destinations"], body["primary_healthy"]) == (1, False)


@pytest.mark.usefixtures("running")
def test_nothing_is_delivered_when_no_destination_is_ready(caller: Call) -> None:
    nats = made.destination("nats", paused=True, paused_reason="maintenance")
    made.rule("all", nats)
    publish(note="first", by=None)
    unreachable(nats)

    body = status(caller)

    assert (body["health"], body["problems"]) == ("unhealthy", ["nats is paused and unreachable"])
    assert body["primary_healthy"] is None


def test_an_installation_that_does_not_run_says_why(caller: Call) -> None:
    body = status(caller)

    assert body["health"] == "unhealthy"
    assert len(body["problems"]) == 3
    assert (body["workers"], body["beat_alive"], body["table_version"]) == (0, False, None)
    assert body["measured_seconds_ago"] is None


def test_each_destination_is_listed_by_name(caller: Call) -> None:
    made.destination("nats", paused=True, paused_reason="maintenance")
    made.destination("eventbridge")

    response = caller("events:read").get(LIST)

    assert_as_documented(response, "get", LIST)
    items = response.json()["items"]
    assert [(each["name"], each["healthy"], each["reason"]) for each in items] == [
        ("eventbridge", True, ""),
        ("nats", False, "maintenance"),
    ]


def test_a_destination_is_found_by_its_name_before_its_id(caller: Call) -> None:
    first = made.destination("nats")
    second = made.destination(str(first.pk))
    client = caller("events:read")

    answers = [client.get(f"{LIST}/{name}") for name in ("nats", first.pk, second.pk, "nowhere")]

    for answer in answers:
        assert_as_documented(answer, "get", ONE)
    assert [answer.status_code for answer in answers] == [200, 200, 200, 404]
    assert [answer.json()["id"] for answer in answers[:3]] == [first.pk, second.pk, second.pk]
