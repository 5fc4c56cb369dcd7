from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator
from pytest_django import Settings

from routing import health
from routing.api.destination_schema import BY_KIND
from routing.models import Destination
from routing.publish_table import publish
from routing.publishers.memory import forget_streams, stream
from routing.publishers.registry import validate_config
from tests.api.configuration import delete, pointers, post, put
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.routing import made

LIST, ONE = "/api/v1/destinations", "/api/v1/destinations/{id}"
NATS = {"servers": ["nats://nats.example.com:4222"], "user": "relay", "password": "env:NATS_PASSWORD"}


@pytest.fixture
def editor(caller: Call) -> Client:
    return caller("events:read", "configure")


@pytest.fixture
def operator(caller: Call) -> Client:
    return caller("events:read", "operate")


def path_of(destination: Destination, act: str = "") -> str:
    return f"{LIST}/{destination.pk}{act}"


def test_a_destination_is_created_with_its_config(editor: Client) -> None:
    response = post(editor, LIST, {"name": "nats-eu", "kind": "nats", "config": NATS, "max_attempts": 5})

    assert response.status_code == 201, response.json()
    assert_as_documented(response, "post", LIST)
    body = response.json()
    assert response.headers["Location"] == f"{LIST}/{body['id']}"
    assert response.headers["ETag"] == '"r1"'
    assert (body["config"], body["max_attempts"], body["max_age_seconds"]) == (NATS, 5, 3600)
    assert (body["state"], body["paused"], body["unreachable"]) == ("ready", False, None)


def test_destinations_are_listed_in_pages_and_found_by_name(editor: Client) -> None:
    for name in ("a", "b", "c"):
        made.destination(name)

    first = editor.get(LIST, {"limit": "2"})
    second = editor.get(LIST, {"limit": "2", "cursor": first.json()["next"]})

    assert_as_documented(first, "get", LIST)
    assert [one["name"] for one in (*first.json()["items"], *second.json()["items"])] == ["a", "b", "c"]
    assert second.json()["next"] is None
    assert [one["name"] for one in editor.get(LIST, {"name": "b"}).json()["items"]] == ["b"]


def test_it_says_why_a_destination_takes_nothing(editor: Client, operator: Client) -> None:
    nats = made.destination()
    health.mark_unreachable(nats.pk, "not_connected", "no server could be reached")
    post(operator, path_of(nats, "/pause"), {"reason": "moved"})

    response = editor.get(path_of(nats))

    assert_as_documented(response, "get", ONE)
    body = response.json()
    assert (body["state"], body["paused_reason"]) == ("paused+unreachable", "moved")
    assert body["unreachable"]["code"] == "not_connected"
    assert body["unreachable"]["message"] == "no server could be reached"


def test_a_script_can_get_a_destination_change_one_member_and_put_it_back(editor: Client) -> None:
    read = editor.get(path_of(made.destination(kind="nats", config=NATS)))

    body = {**read.json(), "ack_wait_seconds": 12.5}
    response = put(editor, f"{LIST}/{body['id']}", body, read.headers["ETag"])

    assert response.status_code == 200, response.json()
    assert_as_documented(response, "put", ONE)
    assert response.json() == {**body, "revision": 2}
    assert response.headers["ETag"] == '"r2"'


def test_putting_a_destination_does_not_resume_it(editor: Client, operator: Client) -> None:
    nats = made.destination()
    post(operator, path_of(nats, "/pause"), {"reason": "moved"})
    body = editor.get(path_of(nats)).json()
    for member in ("paused", "paused_reason", "state"):
        del body[member]

    response = put(editor, path_of(nats), {**body, "max_attempts": 7}, '"r1"')

    assert response.status_code == 200
    assert (response.json()["paused"], response.json()["paused_reason"]) == (True, "moved")


@pytest.mark.parametrize(
    ("member", "value"),
    [("id", 999), ("revision", 9), ("paused", True), ("paused_reason", "x"), ("state", "paused"), ("unreachable", {})],
)
def test_read_only_members_are_refused_with_any_other_value(editor: Client, member: str, value: Any) -> None:
    """H40."""
    nats = made.destination()
    body = {**editor.get(path_of(nats)).json(), member: value}

    changed = put(editor, path_of(nats), body, '"r1"')
    created = post(editor, LIST, {"name": "other", "kind": "memory", "config": {}, member: value})

    assert (changed.status_code, pointers(changed)) == (400, [f"/{member}"])
    assert (created.status_code, pointers(created)) == (400, [f"/{member}"])
    assert Destination.objects.get().revision == 1


def test_the_second_of_two_edits_is_a_conflict(editor: Client) -> None:
    """H47."""
    nats = made.destination()
    body = editor.get(path_of(nats)).json()
    first = put(editor, path_of(nats), {**body, "max_attempts": 4}, '"r1"')

    second = put(editor, path_of(nats), {**body, "max_attempts": 5}, '"r1"')
    deletion = delete(editor, path_of(nats), '"r1"')

    assert (first.status_code, second.status_code, deletion.status_code) == (200, 412, 412)
    assert_as_documented(second, "put", ONE)
    assert_as_documented(deletion, "delete", ONE)
    assert Destination.objects.get().max_attempts == 4


def test_a_change_must_say_what_it_was_made_for(editor: Client) -> None:
    nats = made.destination()
    body = editor.get(path_of(nats)).json()

    assert put(editor, path_of(nats), body, None).status_code == 428
    assert delete(editor, path_of(nats), None).status_code == 428


@pytest.mark.parametrize(
    ("members", "places"),
    [
        ({"config": {"token": "hunter2"}}, ["/config/token"]),
        ({"config": {"servers": ["nats://relay:hunter2@nats:4222"]}}, ["/config/servers"]),
        ({"config": {"speed": 7}}, ["/config/speed"]),
        ({"config": []}, ["/config"]),
        ({"kind": "smtp"}, ["/kind"]),
        ({"name": "not a slug"}, ["/name"]),
        ({"max_attempts": 0}, ["/max_attempts"]),
        ({"max_attempts": "3"}, ["/max_attempts"]),
        ({"ack_wait_seconds": True}, ["/ack_wait_seconds"]),
        ({"in_flight_limit": 2**31}, ["/in_flight_limit"]),
        ({"backoff_base_seconds": 10, "backoff_cap_seconds": 1}, ["/backoff_cap_seconds"]),
    ],
)
def test_a_destination_that_cannot_be_is_refused_with_the_place(editor: Client, members: Any, places: Any) -> None:
    response = post(editor, LIST, {"name": "nats", "kind": "nats", "config": NATS, **members})

    assert response.status_code == 400
    assert_as_documented(response, "post", LIST)
    assert pointers(response) == places
    assert "hunter2" not in response.text
    assert not Destination.objects.exists()


def test_a_name_that_is_taken_is_a_conflict(editor: Client) -> None:
    made.destination("nats")

    response = post(editor, LIST, {"name": "nats", "kind": "memory", "config": {}})

    assert response.status_code == 409
    assert_as_documented(response, "post", LIST)


def test_the_kind_stays_once_something_was_sent(editor: Client) -> None:
    nats = made.destination()
    made.delivery(nats)
    body = editor.get(path_of(nats)).json()

    response = put(editor, path_of(nats), {**body, "kind": "nats", "config": NATS}, '"r1"')

    assert (response.status_code, pointers(response)) == (400, ["/kind"])


def test_a_destination_in_use_is_kept_and_it_says_what_names_it(editor: Client) -> None:
    """H13."""
    nats = made.destination()
    made.rule("r", nats)
    publish(note="a test", by=None)
    made.dead(nats)

    response = delete(editor, path_of(nats), '"r1"')

    assert response.status_code == 409
    assert_as_documented(response, "delete", ONE)
    assert [error["detail"] for error in response.json()["errors"]] == [
        "the rule r names it",
        "the routing table v1 names it",
        "dead letters to it are kept",
    ]
    assert Destination.objects.exists()


def test_a_destination_that_nothing_names_is_deleted(editor: Client) -> None:
    nats = made.destination()

    response = delete(editor, path_of(nats), '"r1"')

    assert (response.status_code, response.content) == (204, b"")
    assert editor.get(path_of(nats)).status_code == 404


def test_it_is_paused_with_a_reason_and_resumed(operator: Client) -> None:
    nats = made.destination()

    paused = post(operator, path_of(nats, "/pause"), {"reason": "maintenance"})
    resumed = post(operator, path_of(nats, "/resume"))

    assert_as_documented(paused, "post", f"{ONE}/pause")
    assert_as_documented(resumed, "post", f"{ONE}/resume")
    assert (paused.json()["state"], paused.json()["paused_reason"]) == ("paused", "maintenance")
    assert (resumed.json()["state"], resumed.json()["paused_reason"]) == ("ready", "")
    assert paused.headers["ETag"] == resumed.headers["ETag"] == '"r1"'


@pytest.mark.parametrize("body", [None, {}, {"reason": " "}, {"reason": "x" * 201}, {"reason": "x", "by": 1}])
def test_a_pause_needs_a_reason(operator: Client, body: Any) -> None:
    nats = made.destination()

    response = post(operator, path_of(nats, "/pause"), body)

    assert response.status_code == 400
    assert_as_documented(response, "post", f"{ONE}/pause")
    assert not Destination.objects.get().paused


def test_a_test_says_whether_it_answers(operator: Client) -> None:
    up, down = made.destination("up"), made.destination("down", config={"stream": "gone"})
    stream("gone").exists = False

    answers = [post(operator, path_of(one, "/test")) for one in (up, down)]

    forget_streams()
    for answer in answers:
        assert_as_documented(answer, "post", f"{ONE}/test")
    assert [(answer.json()["ok"], answer.json()["code"]) for answer in answers] == [(True, "ok"), (False, "no_stream")]


def test_each_act_needs_its_scope(caller: Call) -> None:
    """H40."""
    nats = made.destination()
    body = caller("events:read").get(path_of(nats)).json()
    others, editor = caller("events:read", "operate", "publish", "keys", "events:write"), caller("configure")

    changes = [
        post(others, LIST, body),
        put(others, path_of(nats), body, '"r1"'),
        delete(others, path_of(nats), '"r1"'),
    ]
    acts = [post(editor, path_of(nats, act), {"reason": "x"}) for act in ("/pause", "/resume", "/test")]

    assert {answer.status_code for answer in (*changes, *acts)} == {403}
    assert editor.get(LIST).status_code == 403
    assert not Destination.objects.get().paused


def test_destinations_are_the_same_for_every_tenant(caller: Call) -> None:
    nats = made.destination()

    answers = [caller("events:read", tenant=tenant).get(path_of(nats)).json() for tenant in ("acme", "default")]

    assert answers[0] == answers[1]


def test_the_documented_config_of_each_kind_has_the_settings_that_are_read() -> None:
    for kind, schema in BY_KIND.items():
        given = dict.fromkeys(schema["properties"])

        problems = validate_config(kind, given)

        assert [place for place, message in problems if "known" in message] == []


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("nats", NATS),
        ("nats", {}),
        ("nats", {"servers": "tls://[::1]:14222", "tls_ca": "/ca.pem", "max_bytes": 1, "subject": "a.{type}"}),
        ("nats", {"servers": ["nats://a", "nats://b:65535"], "creds": "file:/run/secrets/nats ü"}),
        ("eventbridge", {"endpoint": "http://127.0.0.1:30806", "region": "local", "bus": "arn:aws:events:x:1:b/oms"}),
        ("memory", {"stream": "a b", "dedup_window_seconds": 0}),
    ],
)
def test_a_config_that_can_be_used_is_as_documented(kind: str, config: Any) -> None:
    assert validate_config(kind, config) == []
    Draft202012Validator(BY_KIND[kind]).validate(config)


def test_one_in_memory_is_refused_where_it_would_swallow_events(editor: Client, settings: Settings) -> None:
    settings.MEMORY_DESTINATIONS = False

    response = post(editor, LIST, {"name": "hole", "kind": "memory", "config": {}})

    assert (response.status_code, pointers(response)) == (400, ["/kind"])
    assert_as_documented(response, "post", LIST)
    assert not Destination.objects.exists()
