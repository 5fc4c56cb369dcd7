"""Audit records over the API: of the key's tenant alone, by filters, in pages."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from events.audit.record import record
from events.models import AuditRecord
from events.who import Actor, Caller
from tests.api.conftest import Call, caller
from tests.api.contract import assert_as_documented

__all__ = ["caller"]
pytestmark = pytest.mark.django_db
LIST, ONE = "/api/v1/audit", "/api/v1/audit/{number}"
OURS = Caller(90, "ours", "shop", frozenset())
THEIRS = Caller(91, "theirs", "acme", frozenset())


def note(act: str = "rule.changed", by: Actor = OURS, **values: Any) -> AuditRecord:
    with transaction.atomic():
        record(act, "rule", 7, by=by, **values)
    return AuditRecord.objects.latest("number")


def numbers(response: Any) -> list[int]:
    return [item["number"] for item in response.json()["items"]]


def test_records_of_the_tenant_are_listed_newest_first(caller: Call) -> None:
    """H40: those of people, of commands and of other tenants are nobody's here."""
    client = caller("keys", tenant="shop")
    mine = [note(), note()]
    note(by=THEIRS)
    note(by=None)

    response = client.get(f"{LIST}?by=API+key+90")

    assert_as_documented(response, "get", LIST)
    assert numbers(response) == [mine[1].number, mine[0].number]
    assert numbers(client.get(LIST)) == numbers(response)


def test_one_is_read_whole(caller: Call) -> None:
    one = note(before={"priority": 1}, after=[2], reason="slow")

    response = caller("keys", tenant="shop").get(f"{LIST}/{one.number}")

    assert_as_documented(response, "get", ONE)
    body = response.json()
    assert (body["before"], body["after"], body["reason"]) == ({"priority": 1}, [2], "slow")
    assert (body["by"], body["digest"], body["tenant"]) == ("API key 90", one.digest, "shop")


@pytest.mark.parametrize("by", [THEIRS, None])
def test_another_tenants_is_not_found(caller: Call, by: Actor) -> None:
    response = caller("keys", tenant="shop").get(f"{LIST}/{note(by=by).number}")

    assert response.status_code == 404
    assert_as_documented(response, "get", ONE)


def test_it_is_filtered_and_paged(caller: Call) -> None:
    client = caller("keys", tenant="shop")
    one, two, three = note(), note("rule.deleted"), note()
    later = (three.at + timedelta(seconds=1)).isoformat().replace("+00:00", "Z")

    page = client.get(f"{LIST}?act=rule.changed&limit=1")
    rest = client.get(f"{LIST}?act=rule.changed&limit=1&cursor={page.json()['next']}")

    assert (numbers(page), numbers(rest), rest.json()["next"]) == ([three.number], [one.number], None)
    assert numbers(client.get(f"{LIST}?act=rule.deleted&subject=rule&subject_id=7")) == [two.number]
    assert numbers(client.get(f"{LIST}?since={later}")) == []
    since = one.at.isoformat().replace("+00:00", "Z")
    assert numbers(client.get(f"{LIST}?since={since}&by=API+key+90")) == [three.number, two.number, one.number]


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "since=2027-01-01",
        "since=2027-02-30T00:00:00Z",
        "act=",
        "act=%00",
        "who=1",
        "act=a&act=b",
        "cursor=x",
    ],
)
def test_other_parameters_are_refused(caller: Call, query: str) -> None:
    response = caller("keys").get(f"{LIST}?{query}")

    assert response.status_code == 400
    assert_as_documented(response, "get", LIST)


def test_it_needs_the_scope_keys(caller: Call) -> None:
    client = caller("events:read", "operate", "configure", "publish")

    assert [client.get(path).status_code for path in (LIST, f"{LIST}/1")] == [403, 403]
    assert client.post(LIST, "{}", content_type="application/json").status_code == 405
    assert json.loads(client.delete(f"{LIST}/1").content)["status"] == 405
