from typing import Any

import pytest
from django.test import Client

from dlq.models import Operation
from dlq.operations.run import run
from routing.models import Delivery
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.routing import made

LIST = "/api/v1/dead-letters"
REDRIVE, DISCARD = f"{LIST}/redrive", f"{LIST}/discard"
JSON = "application/json"


def post(client: Client, path: str, body: Any) -> Any:
    return client.post(path, body, content_type=JSON)


def count(state: str) -> int:
    return Delivery.objects.filter(state=state).count()


def ids(response: Any) -> list[int]:
    return [item["id"] for item in response.json()["items"]]


def test_dead_letters_are_listed_with_their_events(caller: Call) -> None:
    nats = made.destination()
    letter = made.dead(nats)
    made.delivery(nats, "pending")

    response = caller("events:read").get(LIST)

    assert_as_documented(response, "get", LIST)
    [item] = response.json()["items"]
    assert (item["id"], item["event"]["id"]) == (letter.pk, str(letter.entry.uuid))
    assert (item["destination"], item["error_class"]) == ("nats", "too_large")


@pytest.mark.parametrize(
    "query",
    [
        {"destination": "other"},
        {"error_class": "timeout"},
        {"type": "com.example.order.*"},
        {"key": "k"},
        {"rule": "9"},
        {"table": "7"},
        {"type": "com.example.order.*", "destination": "other", "since": "1h"},
    ],
)
def test_filters_mean_for_a_list_what_they_mean_for_an_act(caller: Call, query: dict[str, str]) -> None:
    made.dead(made.destination())
    order = made.entry(type="com.example.order.placed", extensions={"partitionkey": "k"})
    wanted = made.dead(made.destination("other"), order, error_class="timeout", table_version=7, rule_id=9)
    client = caller("events:read", "operate")
    in_body = {**query, "table": 7} if "table" in query else query

    assert ids(client.get(LIST, query)) == [wanted.pk]
    assert post(client, REDRIVE, {"filter": in_body, "dry_run": True}).json()["count"] == 1


def test_pages_go_on_where_the_last_one_ended(caller: Call) -> None:
    nats = made.destination()
    letters = [made.dead(nats) for _ in range(3)]
    client = caller("events:read")

    first = client.get(LIST, {"limit": "2"})
    second = client.get(LIST, {"limit": "2", "cursor": first.json()["next"]})

    assert ids(first) + ids(second) == [letter.pk for letter in reversed(letters)]


@pytest.mark.parametrize("query", ["state=dead", "limit=1000", "cursor=x", "since=soon", "since=1h&since=2h", "x=1"])
def test_parameters_it_does_not_know_are_refused(caller: Call, query: str) -> None:
    """H25."""
    response = caller("events:read").get(f"{LIST}?{query}")

    assert response.status_code == 400
    assert_as_documented(response, "get", LIST)


def test_a_filter_that_names_what_there_is_not_says_which(caller: Call) -> None:
    client = caller("events:read", "operate")

    listed = client.get(LIST, {"destination": "nowhere"})
    asked = post(client, REDRIVE, {"filter": {"destination": "nowhere"}})

    assert (listed.status_code, asked.status_code) == (404, 404)
    assert asked.json()["errors"][0]["pointer"] == "/filter/destination"
    assert_as_documented(asked, "post", REDRIVE)


@pytest.mark.parametrize("about", ["ids", "filter", "all"])
def test_many_are_redriven_by_an_operation(caller: Call, about: str) -> None:
    """H14."""
    nats = made.destination()
    letters = [made.dead(nats) for _ in range(3)]
    wishes = {"ids": [letter.pk for letter in letters], "filter": {"destination": "nats"}, "all": True}
    client = caller("operate", "events:read")

    response = post(client, REDRIVE, {about: wishes[about]})

    assert response.status_code == 202
    assert_as_documented(response, "post", REDRIVE)
    assert response.headers["Location"] == f"/api/v1/operations/{response.json()['id']}"
    run(Operation.objects.get().pk)
    after = client.get(response.headers["Location"]).json()
    assert (after["state"], after["taken"], after["total"]) == ("done", 3, 3)
    assert count("pending") == 3


def test_a_dry_run_only_counts(caller: Call) -> None:
    """H14."""
    made.dead(made.destination())

    response = post(caller("operate"), REDRIVE, {"all": True, "dry_run": True})

    assert_as_documented(response, "post", REDRIVE)
    assert (response.status_code, response.json()["count"], response.json()["exact"]) == (200, 1, True)
    assert not Operation.objects.exists()


def test_many_are_discarded_with_a_reason(caller: Call) -> None:
    made.dead(made.destination())
    client = caller("operate")

    assert post(client, DISCARD, {"all": True}).status_code == 400
    assert post(client, DISCARD, {"all": True, "reason": " "}).status_code == 400
    response = post(client, DISCARD, {"all": True, "reason": "a test"})

    assert response.status_code == 202
    assert_as_documented(response, "post", DISCARD)
    run(Operation.objects.get().pk)
    assert count("discarded") == 1


def test_another_tenants_letters_are_left_alone(caller: Call) -> None:
    """H40."""
    letter = made.dead(made.destination(), made.entry(tenant="acme"))
    client = caller("operate", "events:read", tenant="other")

    for wish in ({"ids": [letter.pk]}, {"all": True}, {"filter": {"destination": "nats"}}):
        assert post(client, REDRIVE, {**wish, "dry_run": True}).json()["count"] == 0
        post(client, REDRIVE, wish)
    assert ids(client.get(LIST)) == []
    for operation in Operation.objects.all():
        run(operation.pk)
    assert count("dead") == 1


def test_more_than_was_expected_is_refused(caller: Call) -> None:
    nats = made.destination()
    made.dead(nats)
    made.dead(nats)

    response = post(caller("operate"), REDRIVE, {"all": True, "expected_count": 1})

    assert response.status_code == 409
    assert_as_documented(response, "post", REDRIVE)
    assert (response.json()["code"], response.json()["detail"]) == ("more-than-expected", "there are 2 by now")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": []},
        {"ids": [1], "all": True},
        {"ids": [1], "filter": {"destination": "nats"}},
        {"all": False},
        {"filter": {}},
        {"filter": {"state": "dead"}},
        {"filter": {"limit": 1}},
        {"filter": {"since": "soon"}},
        {"filter": {"since": "1h", "until": "2h"}},
        {"filter": {"type": 'x" dest:other "'}, "all": True},
        {"filter": "dest:nats"},
        {"ids": ["1"]},
        {"ids": [1.5]},
        {"ids": [True]},
        {"ids": [0]},
        {"ids": [2**63]},
        {"ids": list(range(1, 10_002))},
        {"all": "true"},
        {"all": True, "dry_run": 1},
        {"all": True, "state": "pending"},
        {"all": True, "reason": "x" * 201},
        [],
    ],
)
def test_what_is_not_said_exactly_is_refused_and_nothing_begins(caller: Call, body: Any) -> None:
    """H20, H25, H40."""
    made.destination()

    response = post(caller("operate"), REDRIVE, body)

    assert response.status_code == 400
    assert_as_documented(response, "post", REDRIVE)
    assert not Operation.objects.exists()


@pytest.mark.parametrize("path", [REDRIVE, DISCARD])
def test_acting_on_many_needs_the_scope_to_operate(caller: Call, path: str) -> None:
    response = post(caller("events:read", "events:write", "configure"), path, {"all": True, "reason": "x"})

    assert response.status_code == 403
    assert not Operation.objects.exists()


@pytest.mark.parametrize("path", [REDRIVE, "/api/v1/unrouted/route-again"])
def test_a_rate_is_kept_with_the_operation(caller: Call, path: str) -> None:
    """H14."""
    made.dead(made.destination())

    response = post(caller("operate"), path, {"all": True, "rate": 50})

    assert response.status_code == 202
    assert_as_documented(response, "post", path)
    assert (response.json()["rate"], Operation.objects.get().rate) == (50, 50)


@pytest.mark.parametrize("rate", [0, -1, 1.5, "50", None, 100_001])
def test_what_is_no_rate_is_refused(caller: Call, rate: Any) -> None:
    response = post(caller("operate"), REDRIVE, {"all": True, "rate": rate})

    assert response.status_code == 400
    assert [error["pointer"] for error in response.json()["errors"]] == ["/rate"]
    assert not Operation.objects.exists()


def test_giving_up_has_no_rate(caller: Call) -> None:
    response = post(caller("operate"), DISCARD, {"all": True, "reason": "a test", "rate": 5})

    assert [error["pointer"] for error in response.json()["errors"]] == ["/rate"]
