from typing import Any

import pytest

from dlq.models import Operation
from dlq.operations.run import run
from events.models import PendingEntry
from routing.models import Unrouted
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.routing import made

LIST = "/api/v1/unrouted"
PATH = "/api/v1/unrouted/route-again"
JSON = "application/json"


def waiting() -> set[int]:
    return set(PendingEntry.objects.values_list("pk", flat=True))


def test_the_unrouted_events_of_the_keys_tenant_are_listed(caller: Call) -> None:
    """H40."""
    ours = made.unrouted(tenant="acme")
    made.unrouted(tenant="other")

    response = caller("events:read", tenant="acme").get(LIST)

    assert_as_documented(response, "get", LIST)
    assert [item["event"]["id"] for item in response.json()["items"]] == [str(ours.entry.uuid)]


def test_pages_go_on_where_the_last_one_ended(caller: Call) -> None:
    rows = [made.unrouted() for _ in range(3)]
    client = caller("events:read")

    first = client.get(LIST, {"limit": "2"}).json()
    second = client.get(LIST, {"limit": "2", "cursor": first["next"]}).json()

    ids = [item["event"]["id"] for item in first["items"] + second["items"]]
    assert ids == [str(row.entry.uuid) for row in reversed(rows)]
    assert second["next"] is None


@pytest.mark.parametrize("query", ["destination=nats", "state=dead", "limit=0", "cursor=x", "since=soon", "table=0"])
def test_what_it_does_not_know_is_refused(caller: Call, query: str) -> None:
    """H25."""
    response = caller("events:read").get(f"{LIST}?{query}")

    assert response.status_code == 400
    assert_as_documented(response, "get", LIST)


@pytest.mark.parametrize("about", ["ids", "filter", "all"])
def test_they_are_routed_again_in_the_background(caller: Call, about: str) -> None:
    """H13, H40."""
    ours, theirs = made.unrouted(tenant="acme"), made.unrouted(tenant="other")
    wishes = {"ids": [str(one.entry.uuid) for one in (ours, theirs)], "filter": {"type": "com.*"}, "all": True}

    response = caller("operate", tenant="acme").post(PATH, {about: wishes[about]}, content_type=JSON)

    assert_as_documented(response, "post", PATH)
    assert (response.status_code, response.json()["total"]) == (202, 1)
    run(Operation.objects.get().pk)
    assert waiting() == {ours.pk}
    assert Unrouted.objects.get().pk == theirs.pk


def test_it_needs_the_scope_to_operate(caller: Call) -> None:
    made.unrouted()

    response = caller("events:read", "events:write").post(PATH, {"all": True}, content_type=JSON)

    assert response.status_code == 403
    assert_as_documented(response, "post", PATH)


@pytest.mark.parametrize(
    "body", [{}, {"events": []}, {"ids": [1]}, {"filter": {"destination": "nats"}}, {"filter": {}}]
)
def test_a_body_it_does_not_know_is_refused(caller: Call, body: Any) -> None:
    made.unrouted()

    response = caller("operate").post(PATH, body, content_type=JSON)

    assert response.status_code == 400
    assert_as_documented(response, "post", PATH)
    assert not Operation.objects.exists()
