from typing import Any

import pytest
from django.test import Client

from events.models import ApiKey
from events.publishing.publication import digest
from routing.models import RoutingRule, RoutingTable
from routing.publish_table import draft_snapshot, publish, rollback
from tests.api.configuration import pointers, post
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.routing import made

LIST, ONE = "/api/v1/tables", "/api/v1/tables/{version}"
DRAFT, NEWEST, DIFFERENCE, PUBLISH = (f"{LIST}/{last}" for last in ("draft", "newest", "difference", "publish"))


@pytest.fixture
def publisher(caller: Call) -> Client:
    return caller("events:read", "publish")


def test_publishing_makes_a_table_and_says_who_did_it_and_why(publisher: Client) -> None:
    made.rule("r", made.destination())

    response = post(publisher, PUBLISH, {"note": "the first"})

    assert response.status_code == 201, response.json()
    assert_as_documented(response, "post", PUBLISH)
    body = response.json()
    assert response.headers["Location"] == f"{LIST}/1"
    assert (body["version"], body["note"], body["restored_from"]) == (1, "the first", None)
    assert body["published_by"] == f"API key {ApiKey.objects.get().pk}"
    assert publisher.get(response.headers["Location"]).json() == body == publisher.get(NEWEST).json()
    assert [rule["name"] for rule in body["snapshot"]["rules"]] == ["r"]


def test_the_draft_can_be_looked_at_and_published_as_it_was_seen(publisher: Client) -> None:
    rule = made.rule("r", made.destination())
    seen = publisher.get(DRAFT)
    assert_as_documented(seen, "get", DRAFT)
    assert (seen.json()["differs"], seen.json()["problems"]) == (True, [])
    rule.priority = 7
    rule.save()

    stale = post(publisher, PUBLISH, {"note": "a test", "draft": seen.json()["digest"]})
    fresh = post(publisher, PUBLISH, {"note": "a test", "draft": publisher.get(DRAFT).json()["digest"]})

    assert (stale.status_code, stale.json()["code"], fresh.status_code) == (409, "draft-changed", 201)
    assert_as_documented(stale, "post", PUBLISH)
    assert fresh.json()["digest"] == publisher.get(DRAFT).json()["digest"]
    assert publisher.get(DRAFT).json()["differs"] is False


def test_rules_that_cannot_be_published_are_named_with_the_place(publisher: Client) -> None:
    made.rule("goes nowhere")
    made.rule("odd", made.destination(), filters=[{"exact": {"type": 7}}])

    response = post(publisher, PUBLISH, {"note": "a test"})
    draft = publisher.get(DRAFT)

    assert response.status_code == 409
    assert_as_documented(response, "post", PUBLISH)
    assert_as_documented(draft, "get", DRAFT)
    found = [(error["rule"], error["pointer"]) for error in response.json()["errors"]]
    assert found == [("goes nowhere", "/destinations"), ("odd", "/filters/0/exact/type")]
    assert draft.json()["problems"] == response.json()["errors"]
    assert not RoutingTable.objects.exists()


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "/note"),
        ({"note": ""}, "/note"),
        ({"note": " \t"}, "/note"),
        ({"note": "x" * 201}, "/note"),
        ({"note": 7}, "/note"),
        ({"note": "two\nlines"}, "/note"),
        ({"note": "x", "published_by": 1}, "/published_by"),
    ],
)
def test_a_note_is_required(publisher: Client, body: Any, place: str) -> None:
    made.rule("r", made.destination())
    publish(note="a test", by=None)

    answers = {PUBLISH: post(publisher, PUBLISH, body), f"{ONE}/rollback": post(publisher, f"{LIST}/1/rollback", body)}

    for path, answer in answers.items():
        assert (answer.status_code, pointers(answer)) == (400, [place])
        assert_as_documented(answer, "post", path)
    assert RoutingTable.objects.count() == 1


def test_rolling_back_publishes_an_older_table_under_a_new_number(publisher: Client) -> None:
    rule = made.rule("before", made.destination())
    post(publisher, PUBLISH, {"note": "first"})
    rule.name = "after"
    rule.save()
    post(publisher, PUBLISH, {"note": "second"})

    response = post(publisher, f"{LIST}/1/rollback", {"note": "it went wrong"})

    assert response.status_code == 201
    assert_as_documented(response, "post", f"{ONE}/rollback")
    body = response.json()
    assert (body["version"], body["restored_from"], body["note"]) == (3, 1, "it went wrong")
    assert response.headers["Location"] == f"{LIST}/3"
    assert body["snapshot"] == publisher.get(f"{LIST}/1").json()["snapshot"]


def test_a_table_that_names_what_is_gone_cannot_be_rolled_back_to(publisher: Client) -> None:
    nats = made.destination("gone")
    made.rule("r", nats)
    publish(note="a test", by=None)
    RoutingRule.objects.all().delete()
    nats.delete()
    publish(note="without it", by=None)

    response = post(publisher, f"{LIST}/1/rollback", {"note": "a test"})

    assert (response.status_code, response.json()["code"]) == (409, "not-publishable")
    assert_as_documented(response, "post", f"{ONE}/rollback")
    assert [error["pointer"] for error in response.json()["errors"]] == ["/destinations/0"]


def test_tables_are_listed_the_newest_first_without_their_snapshots(publisher: Client) -> None:
    made.rule("r", made.destination())
    for n in range(3):
        RoutingRule.objects.update(priority=n)
        publish(note=f"number {n}", by=made.user() if n == 1 else None)

    first = publisher.get(LIST, {"limit": "2"})
    second = publisher.get(LIST, {"limit": "2", "cursor": first.json()["next"]})

    assert_as_documented(first, "get", LIST)
    assert [table["version"] for table in (*first.json()["items"], *second.json()["items"])] == [3, 2, 1]
    by = RoutingTable.objects.get(version=2).published_by_id
    assert [table["published_by"] for table in first.json()["items"]] == [None, f"user {by}"]
    assert "snapshot" not in first.json()["items"][0]


def test_the_difference_is_by_default_what_publishing_would_change(publisher: Client) -> None:
    rule = made.rule("r", made.destination())
    publish(note="a test", by=None)
    rule.priority = 7
    rule.save()

    response = publisher.get(DIFFERENCE)

    assert_as_documented(response, "get", DIFFERENCE)
    change = {"rule": "r", "member": "priority", "before": 0, "after": 7}
    assert response.json() == {"from": 1, "to": None, "changes": [change], "draft": digest(draft_snapshot()), "upon": 1}


def test_what_the_difference_showed_is_published_or_nothing(publisher: Client) -> None:
    """Between the look and the publish others edit rules, and roll back in an emergency."""
    rule = made.rule("r", made.destination())
    publish(note="first", by=None)
    RoutingRule.objects.filter(pk=rule.pk).update(priority=1)
    publish(note="second", by=None)
    RoutingRule.objects.filter(pk=rule.pk).update(priority=2)
    seen = _seen(publisher)
    RoutingRule.objects.filter(pk=rule.pk).update(priority=3)
    edited = post(publisher, PUBLISH, {"note": "x", **seen})
    seen = _seen(publisher)
    rollback(1, note="emergency", by=None)
    rolled_back = post(publisher, PUBLISH, {"note": "x", **seen})

    fresh = post(publisher, PUBLISH, {"note": "x", **_seen(publisher)})

    for answer in (edited, rolled_back):
        assert (answer.status_code, answer.json()["code"]) == (409, "draft-changed")
        assert_as_documented(answer, "post", PUBLISH)
    assert (fresh.status_code, fresh.json()["version"]) == (201, 4)


def _seen(client: Client, **sides: str) -> dict[str, Any]:
    answer = client.get(DIFFERENCE, sides).json()
    return {name: answer[name] for name in ("draft", "upon")}


def test_a_rollback_says_which_table_it_was_compared_with(publisher: Client) -> None:
    made.rule("r", made.destination())
    for priority in range(3):
        RoutingRule.objects.update(priority=priority)
        publish(note="a test", by=None)
    seen = _seen(publisher, **{"from": "newest", "to": "1"})
    rollback(2, note="somebody was faster", by=None)

    late = post(publisher, f"{LIST}/1/rollback", {"note": "x", "upon": seen["upon"]})
    fresh = post(publisher, f"{LIST}/1/rollback", {"note": "x", "upon": 4})

    assert seen == {"draft": None, "upon": 3}
    assert (late.status_code, late.json()["code"], fresh.status_code) == (409, "draft-changed", 201)
    assert_as_documented(late, "post", f"{ONE}/rollback")


def test_the_first_table_is_published_upon_none(publisher: Client) -> None:
    made.rule("r", made.destination())
    seen = _seen(publisher)

    assert seen["upon"] == 0 == publisher.get(DRAFT).json()["upon"]
    assert post(publisher, PUBLISH, {"note": "x", **seen}).status_code == 201


def test_what_is_in_force_is_not_published_again(publisher: Client) -> None:
    """A script that asks twice is told that there is nothing to do, and makes no second table."""
    made.rule("r", made.destination())
    body = {"note": "x", **_seen(publisher)}
    assert post(publisher, PUBLISH, body).status_code == 201

    again = {PUBLISH: post(publisher, PUBLISH, body)}
    again[f"{ONE}/rollback"] = post(publisher, f"{LIST}/1/rollback", {"note": "x"})

    for path, answer in again.items():
        assert (answer.status_code, answer.json()["code"]) == (409, "nothing-to-publish")
        assert_as_documented(answer, "post", path)
    assert RoutingTable.objects.count() == 1


@pytest.mark.parametrize(
    ("member", "value"),
    [("draft", "x"), ("draft", None), ("draft", "A" * 64), ("upon", -1), ("upon", "1"), ("upon", None)],
)
def test_what_no_difference_gave_is_refused(publisher: Client, member: str, value: Any) -> None:
    """H25."""
    response = post(publisher, PUBLISH, {"note": "x", member: value})

    assert (response.status_code, pointers(response)) == (400, [f"/{member}"])


def test_any_two_can_be_compared(publisher: Client) -> None:
    made.rule("r", made.destination())
    publish(note="a test", by=None)
    made.rule("s", made.destination("eventbridge"))
    publish(note="a test", by=None)

    there = publisher.get(DIFFERENCE, {"from": "1", "to": "2"})
    back = publisher.get(DIFFERENCE, {"from": "newest", "to": "1"})

    assert_as_documented(there, "get", DIFFERENCE)
    [came], [went] = there.json()["changes"], back.json()["changes"]
    assert (came["rule"], came["member"], came["before"]) == ("s", None, None)
    assert (went["before"], went["after"]) == (came["after"], None)


def test_before_anything_is_published_everything_is_new(publisher: Client) -> None:
    made.rule("r", made.destination())

    assert publisher.get(NEWEST).status_code == 404
    assert_as_documented(publisher.get(NEWEST), "get", NEWEST)
    body = publisher.get(DIFFERENCE).json()
    assert (body["from"], [change["rule"] for change in body["changes"]]) == (None, ["r"])


@pytest.mark.parametrize("value", ["0", "v1", "-1", "", "latest", "1" * 30])
def test_what_names_no_version_is_refused(publisher: Client, value: str) -> None:
    """H25."""
    response = publisher.get(DIFFERENCE, {"from": value})

    assert response.status_code == 400
    assert_as_documented(response, "get", DIFFERENCE)


def test_a_version_that_never_was_is_not_found(publisher: Client) -> None:
    answers = [
        publisher.get(f"{LIST}/7"),
        publisher.get(DIFFERENCE, {"from": "7"}),
        post(publisher, f"{LIST}/7/rollback", {"note": "a test"}),
        publisher.get(f"{LIST}/{'9' * 30}"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]


def test_publishing_needs_its_own_scope(caller: Call) -> None:
    """H40."""
    made.rule("r", made.destination())
    publish(note="a test", by=None)
    client = caller("events:read", "configure", "operate", "keys", "events:write")

    answers = [post(client, PUBLISH, {"note": "x"}), post(client, f"{LIST}/1/rollback", {"note": "x"})]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert [caller("publish").get(path).status_code for path in (LIST, DRAFT, NEWEST, DIFFERENCE)] == [403] * 4
    assert RoutingTable.objects.count() == 1


def test_tables_are_the_same_for_every_tenant(caller: Call) -> None:
    made.rule("r", made.destination())
    publish(note="a test", by=None)

    answers = [caller("events:read", tenant=tenant).get(NEWEST).json() for tenant in ("acme", "default")]

    assert answers[0] == answers[1]
