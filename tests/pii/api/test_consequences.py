from django.db import transaction
from django.test import Client

from events.envelope import CloudEvent
from events.ingest import ingest
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.pii.publishing import made

PLACE = "/api/v1/pii/sets/draft/consequences"
MAIL = "jane.doe@acme-corp.com"


def store(tenant: str = "default") -> None:
    with transaction.atomic():
        ingest(CloudEvent.of(type="t", source="/x", id="1", data={"mail": MAIL, MAIL: [MAIL]}), tenant=tenant)


def test_it_says_what_the_draft_would_have_done_and_no_values(reader: Client) -> None:
    """H30."""
    store()
    made.policy(kinds={"email": "BLOCK"})

    response = reader.get(PLACE, {"environment": "production"})

    assert_as_documented(response, "get", PLACE)
    body = response.json()
    assert (body["looked_at"], body["touched"], body["refused"]) == (1, 1, 1)
    assert body["counts"] == [{"kind": "email", "action": "BLOCK", "count": 3}]
    assert {effect["path"] for effect in body["samples"][0]["effects"]} == {"/data/mail", "/data/*", "/data/*/0"}
    assert MAIL.encode() not in response.content


def test_a_key_sees_what_would_have_been_done_to_its_own_tenants_events(caller: Call) -> None:
    """H40."""
    store(tenant="acme")

    assert caller("events:read").get(PLACE).json()["looked_at"] == 0
    assert caller("events:read", tenant="acme").get(PLACE).json()["looked_at"] == 1


def test_how_far_it_looks_is_bounded(reader: Client) -> None:
    """H25."""
    assert reader.get(PLACE, {"limit": 2_001}).status_code == reader.get(PLACE, {"limit": 0}).status_code == 400
