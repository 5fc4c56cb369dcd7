from uuid import uuid4

import pytest

from dlq.models import Operation
from dlq.operations.run import run
from dlq.operations.start import start
from dlq.operations.subject import Subject
from events.who import Caller
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.routing import made

LIST = "/api/v1/operations"
ONE = "/api/v1/operations/{uuid}"
JSON = "application/json"


def asked(kind: str = "redrive", tenant: str = "default") -> Operation:
    return start(kind, Subject(tenant=tenant), by=Caller(1, "tests", tenant, frozenset()), reason="a test")


def test_operations_of_the_keys_tenant_are_listed(caller: Call) -> None:
    """H40: what people in the admin do to all tenants is nobody's here."""
    ours = asked()
    asked(tenant="acme")
    asked(tenant="")

    response = caller("events:read").get(LIST)

    assert_as_documented(response, "get", LIST)
    assert [item["id"] for item in response.json()["items"]] == [str(ours.uuid)]


@pytest.mark.parametrize("query", [{"state": "done"}, {"kind": "discard"}])
def test_they_are_filtered_by_state_and_kind(caller: Call, query: dict[str, str]) -> None:
    asked()
    wanted = asked("discard")
    run(wanted.pk)

    items = caller("events:read").get(LIST, query).json()["items"]

    assert [item["id"] for item in items] == [str(wanted.uuid)]


@pytest.mark.parametrize("query", ["state=gone", "kind=all", "tenant=acme"])
def test_filters_it_does_not_know_are_refused(caller: Call, query: str) -> None:
    """H25."""
    assert caller("events:read").get(f"{LIST}?{query}").status_code == 400


def test_one_says_how_far_it_is(caller: Call) -> None:
    made.dead(made.destination())
    operation = asked()

    response = caller("events:read").get(f"{LIST}/{operation.uuid}")

    assert_as_documented(response, "get", ONE)
    body = response.json()
    assert (body["state"], body["total"], body["taken"], body["query"], body["ids"]) == ("waiting", 1, 0, "", None)


def test_one_can_be_cancelled_until_it_is_over(caller: Call) -> None:
    made.dead(made.destination())
    operation = asked()
    client = caller("operate")

    response = client.post(f"{LIST}/{operation.uuid}/cancel", content_type=JSON)

    assert (response.status_code, response.json()["state"]) == (202, "cancelled")
    assert_as_documented(response, "post", f"{ONE}/cancel")


def test_what_is_over_cannot_be_cancelled(caller: Call) -> None:
    operation = asked()
    run(operation.pk)

    response = caller("operate").post(f"{LIST}/{operation.uuid}/cancel", content_type=JSON)

    assert (response.status_code, response.json()["code"]) == (409, "not-open")
    assert_as_documented(response, "post", f"{ONE}/cancel")


def test_another_tenants_is_as_unknown_as_none(caller: Call) -> None:
    """H40."""
    theirs, everybodys = asked(tenant="acme"), asked(tenant="")
    client = caller("operate", "events:read")

    for uuid in (theirs.uuid, everybodys.uuid, uuid4()):
        assert client.get(f"{LIST}/{uuid}").status_code == 404
        assert client.post(f"{LIST}/{uuid}/cancel", content_type=JSON).status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == "waiting"


def test_cancelling_needs_the_scope_to_operate(caller: Call) -> None:
    operation = asked()

    assert caller("events:read").post(f"{LIST}/{operation.uuid}/cancel", content_type=JSON).status_code == 403
