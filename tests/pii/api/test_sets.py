from typing import Any

import pytest
from django.test import Client

from events.models import ApiKey, PiiPolicySet
from events.pii.publishing.drafts import save_policy
from events.pii.publishing.publish import publish
from tests.api.configuration import pointers, post
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.pii.publishing import made

LIST, ONE = "/api/v1/pii/sets", "/api/v1/pii/sets/{version}"
DRAFT, NEWEST, DIFFERENCE, PUBLISH = (f"{LIST}/{last}" for last in ("draft", "newest", "difference", "publish"))


def test_publishing_makes_a_set_and_says_who_did_it_and_why(publisher: Client) -> None:
    made.policy("p", paths=[{"path": "/data/a", "action": "LOG"}])

    response = post(publisher, PUBLISH, {"note": "the first"})

    assert response.status_code == 201, response.json()
    assert_as_documented(response, "post", PUBLISH)
    body = response.json()
    assert response.headers["Location"] == f"{LIST}/1"
    assert (body["version"], body["note"], body["restored_from"]) == (1, "the first", None)
    assert body["published_by"] == f"API key {ApiKey.objects.get().pk}"
    assert publisher.get(response.headers["Location"]).json() == body == publisher.get(NEWEST).json()
    assert [policy["name"] for policy in body["snapshot"]["policies"]] == ["p"]


def test_what_was_seen_is_published_or_nothing(publisher: Client) -> None:
    policy = made.policy(default="LOG")
    seen = publisher.get(DRAFT).json()
    policy.default = "BLOCK"
    save_policy(policy, expected=1, by=None)
    compared = publisher.get(DIFFERENCE)

    stale = post(publisher, PUBLISH, {"note": "a test", "draft": seen["digest"]})
    late = post(publisher, PUBLISH, {"note": "a test", "upon": 3})
    fresh = post(
        publisher, PUBLISH, {"note": "a test", "draft": compared.json()["draft"], "upon": compared.json()["upon"]}
    )
    again = post(publisher, PUBLISH, {"note": "a test"})

    assert_as_documented(compared, "get", DIFFERENCE)
    assert [response.status_code for response in (stale, late, fresh, again)] == [409, 409, 201, 409]
    assert (stale.json()["code"], again.json()["code"]) == ("draft-changed", "nothing-to-publish")
    assert_as_documented(stale, "post", PUBLISH)


def test_the_difference_names_each_member_before_and_after(publisher: Client) -> None:
    policy = made.policy("changed", default="LOG")
    publish(note="the first", by=None)
    policy.default = "BLOCK"
    save_policy(policy, expected=1, by=None)
    made.policy("new")

    body = publisher.get(DIFFERENCE).json()

    changes = [(one["policy"], one["member"], one["before"]) for one in body["changes"]]
    assert changes == [("changed", "default", "LOG"), ("new", None, None)]
    assert (body["from"], body["to"], body["upon"]) == (1, None, 1)
    assert publisher.get(DIFFERENCE, {"from": "1", "to": "newest"}).json()["changes"] == []
    assert publisher.get(DIFFERENCE, {"from": "9"}).status_code == 404
    assert publisher.get(DIFFERENCE, {"from": "oldest"}).status_code == 400


def test_the_draft_says_whether_it_differs(publisher: Client) -> None:
    made.policy()

    before = publisher.get(DRAFT)
    post(publisher, PUBLISH, {"note": "the first"})

    assert_as_documented(before, "get", DRAFT)
    assert (before.json()["differs"], before.json()["problems"], before.json()["upon"]) == (True, [], 0)
    assert publisher.get(DRAFT).json()["differs"] is False


def test_an_older_set_is_rolled_back_to(publisher: Client) -> None:
    policy = made.policy(default="LOG")
    publish(note="the first", by=None)
    policy.default = "BLOCK"
    save_policy(policy, expected=1, by=None)
    publish(note="the second", by=None)

    response = post(publisher, f"{LIST}/1/rollback", {"note": "too strict", "upon": 2})
    unknown = post(publisher, f"{LIST}/9/rollback", {"note": "too strict"})

    assert response.status_code == 201, response.json()
    assert_as_documented(response, "post", f"{ONE}/rollback")
    assert (response.json()["version"], response.json()["restored_from"]) == (3, 1)
    assert response.headers["Location"] == f"{LIST}/3"
    assert unknown.status_code == 404
    listed = publisher.get(LIST)
    assert_as_documented(listed, "get", LIST)
    assert [one["version"] for one in listed.json()["items"]] == [3, 2, 1]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "/note"),
        ({"note": " "}, "/note"),
        ({"note": "x" * 201}, "/note"),
        ({"note": "x", "published_by": 1}, "/published_by"),
        ({"note": "x", "draft": "1"}, "/draft"),
        ({"note": "x", "upon": -1}, "/upon"),
    ],
)
def test_a_body_is_read_strictly(publisher: Client, body: Any, place: str) -> None:
    made.policy()

    response = post(publisher, PUBLISH, body)

    assert (response.status_code, pointers(response)) == (400, [place])
    assert not PiiPolicySet.objects.exists()


def test_publishing_is_for_those_who_may(caller: Call, editor: Client) -> None:
    """H40."""
    made.policy()

    assert post(editor, PUBLISH, {"note": "a test"}).status_code == 403
    assert post(editor, f"{LIST}/1/rollback", {"note": "a test"}).status_code == 403
    assert editor.get(NEWEST).status_code == 404
    assert caller("publish").get(LIST).status_code == 403
