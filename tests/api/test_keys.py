"""API keys over the API: the secret once, no more scopes than one's own, no other tenant."""

from typing import Any

import pytest
from django.test import Client

from events.api_keys import Scope, find_caller, issue_key
from events.models import ApiKey
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented

LIST, ONE, REVOKE = "/api/v1/keys", "/api/v1/keys/{id}", "/api/v1/keys/{id}/revoke"
JSON = "application/json"


def issue(client: Client, **members: Any) -> Any:
    return client.post(LIST, {"name": "billing", "scopes": ["events:read"], **members}, content_type=JSON)


def test_an_issued_key_works_and_its_secret_is_shown_once(caller: Call) -> None:
    client = caller("keys", "events:read", tenant="shop")

    response = issue(client)

    assert response.status_code == 201
    assert_as_documented(response, "post", LIST)
    body = response.json()
    key = find_caller(body["secret"])
    assert key is not None
    assert (key.name, key.tenant, key.scopes) == ("billing", "shop", frozenset({"events:read"}))
    assert response["Cache-Control"] == "no-store"
    again = client.get(response["Location"])
    assert_as_documented(again, "get", ONE)
    assert again.json() == {name: value for name, value in body.items() if name != "secret"}


def test_neither_secrets_nor_digests_are_listed(caller: Call) -> None:
    client = caller("keys", "events:read")
    secret = issue(client).json()["secret"]

    response = client.get(LIST)

    assert_as_documented(response, "get", LIST)
    shown = response.content.decode()
    assert secret.rpartition("_")[2] not in shown
    assert ApiKey.objects.latest("pk").digest not in shown
    assert [item["name"] for item in response.json()["items"]] == ["billing", "tests"]


@pytest.mark.parametrize("scopes", [["configure"], ["events:read", "publish", "operate"]])
def test_a_key_cannot_grant_what_it_may_not_do(caller: Call, scopes: list[str]) -> None:
    """H40."""
    client = caller("keys", "events:read")

    response = issue(client, scopes=scopes)

    assert response.status_code == 403
    assert_as_documented(response, "post", LIST)
    assert response.json()["code"] == "scope-not-held"
    assert "events:read" not in response.json()["detail"]
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    "members",
    [
        {"tenant": "other"},
        {"id": 7},
        {"prefix": "0123456789ab"},
        {"digest": "0" * 64},
        {"revoked_at": None},
        {"secret": "ecp_x"},
    ],
)
def test_members_that_are_not_the_callers_to_set_are_refused(caller: Call, members: dict[str, Any]) -> None:
    """H40."""
    response = issue(caller(*Scope), **members)

    assert response.status_code == 400
    assert_as_documented(response, "post", LIST)
    assert [error["pointer"] for error in response.json()["errors"]] == [f"/{name}" for name in members]
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"name": ""}, "/name"),
        ({"name": " padded"}, "/name"),
        ({"name": "two\nlines"}, "/name"),
        ({"name": "\x1b[31mred"}, "/name"),
        ({"name": "x" * 101}, "/name"),
        ({"name": 5}, "/name"),
        ({"name": None}, "/name"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": "events:read"}, "/scopes"),
        ({"scopes": ["everything"]}, "/scopes/0"),
        ({"scopes": ["events:read", 1]}, "/scopes/1"),
        ({"scopes": [True]}, "/scopes/0"),
    ],
)
def test_a_key_without_a_sound_name_or_scopes_is_refused(caller: Call, members: dict[str, Any], place: str) -> None:
    """H25, H43."""
    response = issue(caller(*Scope), **members)

    assert response.status_code == 400
    assert_as_documented(response, "post", LIST)
    assert [error["pointer"] for error in response.json()["errors"]] == [place]


def test_a_revoked_key_opens_nothing_more_and_stays_listed(caller: Call) -> None:
    client = caller("keys", "events:read")
    made = issue(client).json()

    response = client.post(f"{LIST}/{made['id']}/revoke", content_type=JSON)

    assert response.status_code == 200
    assert_as_documented(response, "post", REVOKE)
    assert response.json()["revoked_at"] is not None
    assert find_caller(made["secret"]) is None
    assert client.get(f"{LIST}/{made['id']}").json() == response.json()


def test_revoking_again_changes_nothing(caller: Call) -> None:
    client = caller("keys", "events:read")
    path = f"{LIST}/{issue(client).json()['id']}/revoke"

    first, second = client.post(path, content_type=JSON), client.post(path, content_type=JSON)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()


def test_a_key_does_not_revoke_itself(caller: Call) -> None:
    client = caller("keys")
    own = ApiKey.objects.get()

    response = client.post(f"{LIST}/{own.pk}/revoke", content_type=JSON)

    assert response.status_code == 409
    assert_as_documented(response, "post", REVOKE)
    assert client.get(f"{LIST}/{own.pk}").json()["revoked_at"] is None


def test_another_tenants_key_is_as_unknown_as_none(caller: Call) -> None:
    """H40."""
    theirs, secret = issue_key("theirs", [Scope.READ], "acme")
    client = caller("keys", tenant="other")

    answers = [client.get(f"{LIST}/{theirs.pk}"), client.get(f"{LIST}/{theirs.pk + 1000}")]
    acts = [client.post(f"{LIST}/{pk}/revoke", content_type=JSON) for pk in (theirs.pk, theirs.pk + 1000)]

    assert [answer.status_code for answer in (*answers, *acts)] == [404] * 4
    assert answers[0].json() == answers[1].json()
    assert acts[0].json() == acts[1].json()
    assert find_caller(secret) is not None
    assert "theirs" not in client.get(LIST).content.decode()


def test_the_list_comes_in_pages_the_newest_first(caller: Call) -> None:
    client = caller("keys", "events:read")
    for number in range(5):
        issue(client, name=f"key {number}")

    first = client.get(LIST, {"limit": 4}).json()
    second = client.get(LIST, {"limit": 4, "cursor": first["next"]}).json()

    names = [item["name"] for page in (first, second) for item in page["items"]]
    assert names == ["key 4", "key 3", "key 2", "key 1", "key 0", "tests"]
    assert second["next"] is None
