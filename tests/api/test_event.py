import uuid
from typing import Any

import pytest
from django.db.models.functions import Now

from events.models import PendingEntry
from routing.models import Unrouted
from routing.publish_table import publish
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.routing import made

PATH = "/api/v1/events/{uuid}"


def test_it_shows_the_event_as_it_was_accepted(caller: Call) -> None:
    entry = made.entry(
        id="e-1", source="/oms/main", type="com.foundry.oms.branch.made", subject="b", data='{"a": 1}',
        datacontenttype="application/json", extensions={"tenant": "acme", "level": 7, "urgent": True},
    )  # fmt: skip

    response = caller("events:read").get(f"/api/v1/events/{entry.uuid}")

    assert_as_documented(response, "get", PATH)
    body = response.json()
    assert body["id"] == str(entry.uuid)
    assert (body["event_id"], body["source"], body["type"]) == ("e-1", "/oms/main", "com.foundry.oms.branch.made")
    assert (body["subject"], body["data"], body["data_base64"]) == ("b", '{"a": 1}', False)
    assert body["extensions"] == {"tenant": "acme", "level": 7, "urgent": True}
    assert body["accepted_at"]


def test_binary_data_is_shown_in_base64_and_says_so(caller: Call) -> None:
    entry = made.entry(data=b"\x00\xff", datacontenttype="application/octet-stream")

    body = caller("events:read").get(f"/api/v1/events/{entry.uuid}").json()

    assert (body["data"], body["data_base64"]) == ("AP8=", True)


def test_it_shows_each_delivery_with_its_tries_its_rule_and_table(caller: Call) -> None:
    nats, eventbridge = made.destination("nats"), made.destination("eventbridge")
    rule = made.rule("catch-all", nats)
    table = publish(note="a test", by=None)
    entry = made.entry()
    made.delivery(nats, of=entry, receipt="events:17", duplicate=True, rule_id=rule.pk, table_version=table.pk)
    made.dead(eventbridge, entry, rule_id=999, table_version=table.pk, finished_at=Now())

    response = caller("events:read").get(f"/api/v1/events/{entry.uuid}")

    assert_as_documented(response, "get", PATH)
    body = response.json()
    arrived, failed = sorted(body["deliveries"], key=lambda delivery: delivery["id"])
    assert body["state"] == "dead"
    assert (arrived["destination"], arrived["state"], arrived["receipt"]) == ("nats", "delivered", "events:17")
    assert (arrived["duplicate"], arrived["tries"], arrived["table_version"]) == (True, [], table.pk)
    assert arrived["rule"] == {"id": rule.pk, "name": "catch-all"}
    assert failed["rule"] == {"id": 999, "name": None}
    [one] = failed["tries"]
    assert (one["number"], one["outcome"], one["error_class"]) == (1, "permanent", "too_large")
    assert (one["error"], one["duration_seconds"]) == ("larger than allowed", 0.1)


def test_it_says_what_an_event_waits_for(caller: Call) -> None:
    waits, unwanted = made.entry(), made.entry()
    PendingEntry.objects.create(entry=waits, shard=0)
    Unrouted.objects.create(entry=unwanted, table_version=3)
    client = caller("events:read")

    answers = [client.get(f"/api/v1/events/{entry.uuid}") for entry in (waits, unwanted)]

    for answer in answers:
        assert_as_documented(answer, "get", PATH)
    assert [answer.json()["state"] for answer in answers] == ["pending", "unrouted"]
    assert answers[0].json()["unrouted"] is None
    assert answers[1].json()["unrouted"]["table_version"] == 3


def test_another_tenants_event_is_as_unknown_as_none(caller: Call) -> None:
    """H40."""
    entry = made.entry(tenant="acme")
    client = caller("events:read", tenant="other")

    theirs = client.get(f"/api/v1/events/{entry.uuid}")
    none = client.get(f"/api/v1/events/{uuid.uuid4()}")

    assert (theirs.status_code, none.status_code) == (404, 404)
    assert theirs.json() == none.json()
    assert_as_documented(theirs, "get", PATH)


def test_reading_needs_a_key_with_the_scope(caller: Call) -> None:
    """H40."""
    entry = made.entry()

    without, lacking = caller().get(f"/api/v1/events/{entry.uuid}"), caller("events:write", "operate")
    anonymous = caller("events:read")
    anonymous.defaults.pop("HTTP_AUTHORIZATION", None)

    assert without.status_code == 403
    assert lacking.get(f"/api/v1/events/{entry.uuid}").status_code == 403
    refused = anonymous.get(f"/api/v1/events/{entry.uuid}", headers={"Authorization": ""})
    assert refused.status_code == 401
    assert_as_documented(refused, "get", PATH)


def test_an_unknown_parameter_is_refused_and_named(caller: Call) -> None:
    """H25."""
    entry = made.entry()

    response = caller("events:read").get(f"/api/v1/events/{entry.uuid}", {"expand": "all", "x": "1"})

    assert response.status_code == 400
    assert_as_documented(response, "get", PATH)
    assert [error["parameter"] for error in response.json()["errors"]] == ["expand", "x"]


@pytest.mark.parametrize("id_", ["1", "not-a-uuid", "%00", pytest.param("A" * 5_000, id="long")])
def test_what_is_no_id_is_not_found(caller: Call, id_: str) -> None:
    assert caller("events:read").get(f"/api/v1/events/{id_}").status_code == 404


def test_it_takes_a_bounded_number_of_queries(caller: Call, django_assert_max_num_queries: Any) -> None:
    entry = made.entry()
    for n in range(5):
        made.dead(made.destination(f"d{n}"), entry, table_version=n)
    client = caller("events:read")

    with django_assert_max_num_queries(6):
        client.get(f"/api/v1/events/{entry.uuid}")
