"""Four eyes over the API."""

from typing import Any

import pytest
from django.test import Client

from events.models import AuditRecord, PiiPolicySet
from tests.api.configuration import post
from tests.api.conftest import Call
from tests.api.conftest import caller as caller  # the fixture
from tests.api.contract import assert_as_documented

SETS = "/api/v1/pii/sets"
DRAFT, APPROVE, PUBLISH = (f"{SETS}/{last}" for last in ("draft", "approve", "publish"))


@pytest.fixture(autouse=True)
def four_eyes(settings: Any) -> None:
    settings.FOUR_EYES = ["policies"]


@pytest.fixture
def author(caller: Call) -> Client:
    """Whose key has changed a policy."""
    client = caller("events:read", "configure", "publish")
    assert post(client, "/api/v1/pii/policies", {"name": "p"}).status_code == 201
    return client


@pytest.fixture
def other(caller: Call) -> Client:
    return caller("events:read", "publish")


def wish(client: Client) -> dict[str, Any]:
    return {"note": "as it should be", "draft": client.get(DRAFT).json()["digest"]}


@pytest.mark.parametrize("path", [PUBLISH, APPROVE])
def test_h41_an_author_is_refused(author: Client, path: str) -> None:
    response = post(author, path, wish(author))

    assert (response.status_code, response.json()["code"]) == (403, "own-changes")
    assert_as_documented(response, "post", path)
    assert not PiiPolicySet.objects.exists()
    assert AuditRecord.objects.filter(act="pii_policies.refused").count() == 1


def test_with_an_approval_the_author_publishes(author: Client, other: Client) -> None:
    approval = post(other, APPROVE, wish(other))
    draft = author.get(DRAFT)

    response = post(author, PUBLISH, wish(author))

    assert_as_documented(approval, "post", APPROVE)
    assert_as_documented(draft, "get", DRAFT)
    assert approval.json()["approved_by"] == draft.json()["approved_by"] != draft.json()["changed_by"]
    assert draft.json()["four_eyes"] is True
    assert response.status_code == 201


def test_without_a_draft_nothing_is_published_or_approved(author: Client, other: Client) -> None:
    published, approved = post(other, PUBLISH, {"note": "blind"}), post(other, APPROVE, {"note": "blind"})

    assert (published.status_code, published.json()["code"]) == (409, "not-publishable")
    assert approved.status_code == 400


def test_h41_an_approval_of_another_draft_is_refused(author: Client, other: Client) -> None:
    response = post(other, APPROVE, {"note": "a guess", "draft": "0" * 64})

    assert (response.status_code, response.json()["code"]) == (409, "draft-changed")


def test_approving_takes_the_scope_to_publish(author: Client, caller: Call) -> None:
    assert post(caller("events:read", "configure"), APPROVE, wish(author)).status_code == 403


def test_rules_are_approved_in_the_same_way(caller: Call) -> None:
    client = caller("events:read", "publish")
    draft = client.get("/api/v1/tables/draft").json()["digest"]

    response = post(client, "/api/v1/tables/approve", {"note": "nothing in it", "draft": draft})

    assert response.status_code == 200
    assert_as_documented(response, "post", "/api/v1/tables/approve")
    assert response.json()["four_eyes"] is False
