from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from events.models import EventType
from tests.api.configuration import pointers, post
from tests.api.contract import assert_as_documented
from tests.routing.made import entry
from tests.schemas.registry import made

TYPE = f"/api/v1/schemas/types/{made.NAME}"
DOCUMENTED = "/api/v1/schemas/types/{type}"


@pytest.fixture
def migrated(db: None) -> EventType:
    """A type whose version 2.0.0 needs a total, and sets it."""
    of = made.event_type()
    made.active(of)
    made.active(of, made.DEFAULTED, migration_up=made.SET_TOTAL)
    return of


def test_two_versions_are_compared(editor: Client, migrated: EventType) -> None:
    response = editor.get(f"{TYPE}/difference", {"from": "2.0.0", "to": "1.0.0"})

    assert response.status_code == 200, response.json()
    assert_as_documented(response, "get", f"{DOCUMENTED}/difference")
    body = response.json()
    assert (body["from"], body["to"], body["backward"], body["forward"]) == ("2.0.0", "1.0.0", True, False)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"from": "1.0.0"}, 400),
        ({"from": "1.0.0", "to": "newest"}, 400),
        ({"from": "1.0.0", "to": "2.0.0", "policy": "x"}, 400),
        ({"from": "1.0.0", "to": "9.0.0"}, 404),
    ],
)
def test_versions_that_are_not_there_are_refused(
    editor: Client, migrated: EventType, query: dict[str, str], status: int
) -> None:
    """H25."""
    response = editor.get(f"{TYPE}/difference", query)

    assert response.status_code == status
    assert_as_documented(response, "get", f"{DOCUMENTED}/difference")


def test_the_way_from_one_version_to_another_is_shown(editor: Client, migrated: EventType) -> None:
    made.active(migrated, {**made.DEFAULTED, "title": "An order"})

    response = editor.get(f"{TYPE}/migrations", {"from": "1.0.0", "to": "2.0.1"})

    assert_as_documented(response, "get", f"{DOCUMENTED}/migrations")
    assert response.json()["legs"] == [
        {"from": "1.0.0", "to": "2.0.0", "steps": made.SET_TOTAL},
        {"from": "2.0.0", "to": "2.0.1", "steps": []},
    ]


def test_where_no_way_leads_there_are_no_legs(editor: Client) -> None:
    of = made.event_type()
    made.active(of)
    made.active(of, made.OTHER)

    response = editor.get(f"{TYPE}/migrations", {"from": "1.0.0", "to": "2.0.0"})
    tried = post(editor, f"{TYPE}/migrations", {"from": "1.0.0", "to": "2.0.0", "data": {}})

    assert_as_documented(response, "get", f"{DOCUMENTED}/migrations")
    assert response.json()["legs"] is None
    assert (tried.status_code, tried.json()["code"]) == (409, "no-path")
    assert_as_documented(tried, "post", f"{DOCUMENTED}/migrations")


def test_a_migration_is_tried_on_data(editor: Client, migrated: EventType) -> None:
    response = post(editor, f"{TYPE}/migrations", {"from": "1.0.0", "to": "2.0.0", "data": {"order": "a"}})

    assert response.status_code == 200, response.json()
    assert_as_documented(response, "post", f"{DOCUMENTED}/migrations")
    body = response.json()
    assert body["data"] == {"order": "a", "total": 0}
    assert (body["faults_before"], body["faults_after"]) == ([], [])


def test_what_is_wrong_with_the_data_is_told_before_and_after(editor: Client, migrated: EventType) -> None:
    response = post(editor, f"{TYPE}/migrations", {"from": "1.0.0", "to": "2.0.0", "data": {"order": 4111}})

    assert [fault["pointer"] for fault in response.json()["faults_before"]] == ["/order"]
    assert [fault["pointer"] for fault in response.json()["faults_after"]] == ["/order"]
    assert "4111" not in str(response.json()["faults_after"])


def test_data_that_cannot_be_migrated_is_refused_with_the_place(editor: Client, migrated: EventType) -> None:
    response = post(editor, f"{TYPE}/migrations", {"from": "1.0.0", "to": "2.0.0", "data": [1]})

    assert response.status_code == 400
    assert_as_documented(response, "post", f"{DOCUMENTED}/migrations")
    assert pointers(response)[0].startswith("/data")


@pytest.mark.parametrize("body", [{}, {"from": "1.0.0", "to": "2.0.0"}, {"from": 1, "to": "2.0.0", "data": 1}])
def test_a_trial_that_says_too_little_is_refused(editor: Client, migrated: EventType, body: Any) -> None:
    assert post(editor, f"{TYPE}/migrations", body).status_code == 400


def test_the_consequences_are_of_the_tenants_own_events(editor: Client) -> None:
    """H40: what others sent is not shown."""
    made.draft(made.event_type())
    bad = entry(id=str(uuid4()), type=made.NAME, data='{"order": 7}')
    entry(id=str(uuid4()), type=made.NAME, data='{"order": "a"}')
    entry(id=str(uuid4()), type=made.NAME, data="{}", tenant="acme")

    response = editor.get(f"{TYPE}/versions/1.0.0/consequences")

    assert response.status_code == 200, response.json()
    assert_as_documented(response, "get", f"{DOCUMENTED}/versions/{{version}}/consequences")
    assert (response.json()["looked_at"], response.json()["failing"]) == (2, 1)
    [sample] = response.json()["samples"]
    assert sample["event"] == str(bad.uuid)
    assert sample["faults"][0]["pointer"] == "/order"
