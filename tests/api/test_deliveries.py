"""Deliveries: found by filters, or one with its tries."""

from typing import Any

import pytest

from routing.publish_table import publish
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.routing import made

LIST, ONE = "/api/v1/deliveries", "/api/v1/deliveries/{id}"


def test_deliveries_are_listed_with_their_events(caller: Call) -> None:
    nats = made.destination("nats")
    rule = made.rule("everything", nats)
    table = publish(note="first", by=None)
    entry = made.entry(id="e-1", source="/shop", type="com.example.order", subject="s")
    delivery = made.delivery(nats, of=entry, receipt="events:7", rule_id=rule.pk, table_version=table.pk)

    response = caller("events:read").get(LIST)

    assert_as_documented(response, "get", LIST)
    [item] = response.json()["items"]
    assert (item["id"], item["destination"], item["state"]) == (delivery.pk, "nats", "delivered")
    assert (item["receipt"], item["rule"]) == ("events:7", {"id": rule.pk, "name": "everything"})
    assert item["event"] == {
        "id": str(entry.uuid), "event_id": "e-1", "source": "/shop", "type": "com.example.order", "subject": "s",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"destination": "nats"}, {"arrived", "failed"}),
        ({"destination": "eventbridge"}, {"waits"}),
        ({"state": "dead"}, {"failed"}),
        ({"state": "pending", "destination": "eventbridge"}, {"waits"}),
        ({"error_class": "too_large"}, {"failed"}),
        ({"rule": "1"}, {"arrived", "failed"}),
        ({"since": "1h"}, {"arrived", "failed", "waits"}),
        ({"until": "1h"}, set()),
    ],
    ids=lambda value: str(sorted(value)),
)
def test_each_filter_finds_what_it_says(caller: Call, parameters: dict[str, str], expected: set[str]) -> None:
    nats, eventbridge = made.destination("nats"), made.destination("eventbridge")
    made.delivery(nats, of=made.entry(id="arrived"))
    made.dead(nats, made.entry(id="failed"))
    made.delivery(eventbridge, "pending", made.entry(id="waits"), rule_id=2)

    response = caller("events:read").get(LIST, parameters)

    assert_as_documented(response, "get", LIST)
    assert {item["event"]["event_id"] for item in response.json()["items"]} == expected


def test_pages_follow_each_other_without_gap_or_repeat(caller: Call) -> None:
    to = [made.destination("a"), made.destination("b")]
    expected = {made.delivery(each, of=entry).pk for entry in [made.entry(), made.entry()] for each in to}
    client = caller("events:read")

    seen, cursor = [], None
    for _ in range(4):
        body = client.get(LIST, {"limit": 1, **({"cursor": cursor} if cursor else {})}).json()
        seen += [item["id"] for item in body["items"]]
        cursor = body["next"]

    assert (len(seen), set(seen), cursor) == (4, expected, None)


@pytest.mark.parametrize(
    ("parameters", "name"),
    [({"state": "unrouted"}, "state"), ({"type": "x"}, "type"), ({"error_class": ""}, "error_class")],
)
def test_a_filter_it_cannot_take_is_refused_and_named(caller: Call, parameters: dict[str, str], name: str) -> None:
    """H25."""
    response = caller("events:read").get(LIST, parameters)

    assert response.status_code == 400
    assert_as_documented(response, "get", LIST)
    assert [error["parameter"] for error in response.json()["errors"]] == [name]


def test_one_delivery_is_shown_with_its_tries_and_its_event(caller: Call) -> None:
    letter = made.dead(made.destination(), made.entry(id="e-1"))

    response = caller("events:read").get(f"{LIST}/{letter.pk}")

    assert_as_documented(response, "get", ONE)
    body = response.json()
    assert (body["event"]["event_id"], body["state"]) == ("e-1", "dead")
    assert [one["error_class"] for one in body["tries"]] == ["too_large"]


def test_another_tenants_delivery_is_as_unknown_as_none(caller: Call) -> None:
    """H40."""
    theirs = made.delivery(made.destination(), of=made.entry(tenant="acme"))
    client = caller("events:read", tenant="other")

    answers = [client.get(f"{LIST}/{pk}") for pk in (theirs.pk, theirs.pk + 1000)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()
    assert client.get(LIST).json()["items"] == []


def test_a_page_takes_a_bounded_number_of_queries(caller: Call, django_assert_max_num_queries: Any) -> None:
    to = made.destination("nats")
    for _ in range(20):
        made.dead(to)
    client = caller("events:read")

    with django_assert_max_num_queries(14):
        client.get(LIST)
