"""The list of events: filters of their own names, pages, another tenant's never."""

from typing import Any

import pytest
from django.db.models.functions import Now

from events.models import PendingEntry
from routing.models import Unrouted
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.routing import made

PATH = "/api/v1/events"


def found(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [item["event_id"] for item in response.json()["items"]]


def test_events_are_listed_the_newest_first_with_what_became_of_them_but_not_their_data(caller: Call) -> None:
    to = made.destination("nats")
    settled = made.entry(id="settled", data='{"secret": 1}', extensions={"partitionkey": "k"})
    delivery = made.dead(to, settled)
    PendingEntry.objects.create(entry=made.entry(id="waits"), shard=0)
    Unrouted.objects.create(entry=made.entry(id="unwanted"), table_version=3)

    response = caller("events:read").get(PATH)

    assert_as_documented(response, "get", PATH)
    assert found(response) == ["unwanted", "waits", "settled"]
    items = response.json()["items"]
    assert [item["state"] for item in items] == ["unrouted", "pending", "dead"]
    assert (items[2]["id"], items[2]["partitionkey"]) == (str(settled.uuid), "k")
    assert items[2]["deliveries"] == [
        {"id": delivery.pk, "destination": "nats", "state": "dead", "attempts": 1, "error_class": "too_large"}
    ]
    assert b"secret" not in response.content


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"type": "com.example.order.*"}, ["b", "a"]),
        ({"type": "com.example.order.made"}, ["a"]),
        ({"source": "/shop/1"}, ["b"]),
        ({"subject": 'say "hi" \\ there'}, ["a"]),
        ({"subject": "two words"}, ["b"]),
        ({"key": "k1"}, ["a"]),
        ({"event_id": "b"}, ["b"]),
        ({"destination": "nats"}, ["a"]),
        ({"state": "dead"}, ["a"]),
        ({"state": "dead", "destination": "nats", "type": "*.order.*"}, ["a"]),
        ({"state": "unrouted"}, ["c"]),
        ({"rule": "everything"}, ["a"]),
        ({"table": "7"}, ["a"]),
        ({"since": "1h"}, ["c", "b", "a"]),
        ({"until": "1h"}, []),
        ({"since": "2020-01-01T00:00:00Z", "until": "2021-01-01T00:00:00Z"}, []),
        ({"since": "1h", "until": "2h"}, []),
        ({"since": "2021-01-01T00:00:00Z", "until": "2020-01-01T00:00:00Z"}, []),
    ],
    ids=str,
)
def test_each_filter_finds_what_it_says(caller: Call, parameters: dict[str, str], expected: list[str]) -> None:
    nats = made.destination("nats")
    rule = made.rule("everything", nats)
    a = made.entry(
        id="a", type="com.example.order.made", subject='say "hi" \\ there', extensions={"partitionkey": "k1"}
    )
    made.dead(nats, a, rule_id=rule.pk, table_version=7)
    made.entry(id="b", type="com.example.order.paid", source="/shop/1", subject="two words")
    Unrouted.objects.create(entry=made.entry(id="c", type="com.example.other"), table_version=3)

    response = caller("events:read").get(PATH, parameters)

    assert_as_documented(response, "get", PATH)
    assert found(response) == expected


def test_the_id_it_was_given_here_finds_an_event_too(caller: Call) -> None:
    entry = made.entry(id="a")
    made.entry(id="b")

    assert found(caller("events:read").get(PATH, {"event_id": str(entry.uuid)})) == ["a"]


def test_pages_follow_each_other_without_gap_or_repeat(caller: Call) -> None:
    for number in range(7):
        made.entry(id=f"e{number}")
    client = caller("events:read")

    pages: list[list[str]] = []
    cursor = None
    while not pages or cursor:
        body = client.get(PATH, {"limit": 3, **({"cursor": cursor} if cursor else {})}).json()
        pages.append([item["event_id"] for item in body["items"]])
        cursor = body["next"]

    assert pages == [["e6", "e5", "e4"], ["e3", "e2", "e1"], ["e0"]]


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"state": "lost"}, "state"),
        ({"state": ""}, "state"),
        ({"since": "yesterday"}, "since"),
        ({"until": "2026-02-30T00:00:00Z"}, "until"),
        ({"since": "9999999d"}, "since"),
        ({"destination": "a b"}, "destination"),
        ({"table": "0"}, "table"),
        ({"table": "1.5"}, "table"),
        ({"table": "9" * 5_000}, "table"),
        ({"type": "x" * 256}, "type"),
        ({"source": "x" * 5_000}, "source"),
        ({"subject": "two\nlines"}, "subject"),
        ({"event_id": "\x00"}, "event_id"),
        ({"key": ""}, "key"),
        ({"tenant": "other"}, "tenant"),
        ({"dest": "nats"}, "dest"),
    ],
)
def test_a_filter_it_cannot_take_is_refused_and_named(caller: Call, parameters: dict[str, str], name: str) -> None:
    """H25."""
    response = caller("events:read").get(PATH, parameters)

    assert response.status_code == 400
    assert_as_documented(response, "get", PATH)
    assert [error["parameter"] for error in response.json()["errors"]] == [name]


@pytest.mark.parametrize("parameters", [{"destination": "nowhere"}, {"rule": "nobody's"}])
def test_a_name_that_does_not_exist_is_said_not_to(caller: Call, parameters: dict[str, str]) -> None:
    response = caller("events:read").get(PATH, parameters)

    assert response.status_code == 404
    assert_as_documented(response, "get", PATH)
    assert [error["parameter"] for error in response.json()["errors"]] == list(parameters)


def test_another_tenants_events_are_not_found_by_anything(caller: Call) -> None:
    """H40."""
    to = made.destination("nats")
    made.delivery(to, of=made.entry(id="theirs", tenant="acme"))
    client = caller("events:read", tenant="other")

    for parameters in ({}, {"event_id": "theirs"}, {"destination": "nats"}, {"state": "delivered"}):
        assert found(client.get(PATH, parameters)) == []


def test_a_page_takes_a_bounded_number_of_queries(caller: Call, django_assert_max_num_queries: Any) -> None:
    to = made.destination("nats")
    for _ in range(20):
        made.dead(to, finished_at=Now())
    client = caller("events:read")

    with django_assert_max_num_queries(14):
        client.get(PATH)
