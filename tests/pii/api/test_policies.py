from typing import Any

import pytest
from django.test import Client

from events.models import PiiPolicy
from tests.api.configuration import delete, pointers, post, put
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.pii.publishing import made

LIST, ONE = "/api/v1/pii/policies", "/api/v1/pii/policies/{id}"
WHOLE = {
    "name": "Orders",
    "priority": 5,
    "type_pattern": "com.example.*",
    "environments": ["production"],
    "kinds": {"credit_card": "BLOCK"},
    "paths": [{"path": "/data/shop/**", "action": "ignore"}],
    "default": "REDACT",
    "allow_test_values": True,
    "note": "cards are refused",
}


def test_a_policy_is_made_read_changed_and_deleted_by_its_etag(editor: Client) -> None:
    created = post(editor, LIST, WHOLE)
    place, tag = created.headers["Location"], created.headers["ETag"]
    read = editor.get(place)
    changed = put(editor, place, {**read.json(), "default": None}, tag)
    gone = delete(editor, place, changed.headers["ETag"])

    assert (created.status_code, read.status_code, changed.status_code, gone.status_code) == (201, 200, 200, 204)
    for response, method, path in ((created, "post", LIST), (read, "get", ONE), (changed, "put", ONE)):
        assert_as_documented(response, method, path)
    assert created.json() == read.json()
    shop = {"path": "/data/shop/**", "action": "ignore", "kind": None, "whole": False}
    assert read.json() | WHOLE == read.json() | {"paths": WHOLE["paths"]}
    assert read.json()["paths"] == [shop]
    assert (changed.json()["default"], changed.json()["revision"]) == (None, 2)
    assert not PiiPolicy.objects.exists()


def test_what_is_left_out_of_a_new_policy_says_nothing(editor: Client) -> None:
    body = post(editor, LIST, {"name": "p"}).json()

    assert (body["type_pattern"], body["environments"], body["kinds"], body["paths"]) == ("*", [], {}, [])
    assert (body["default"], body["allow_test_values"], body["enabled"]) == (None, False, True)


@pytest.mark.parametrize(
    ("member", "value", "place"),
    [
        ("name", "", "/name"),
        ("name", None, "/name"),
        ("priority", "7", "/priority"),
        ("type_pattern", "", "/type_pattern"),
        ("environments", "staging", "/environments"),
        ("environments", None, "/environments"),
        ("environments", ["prd"], "/environments/0"),
        ("kinds", [], "/kinds"),
        ("kinds", None, "/kinds"),
        ("kinds", {"shoe_size": "LOG"}, "/kinds/shoe_size"),
        ("kinds", {"email": "SELL"}, "/kinds/email"),
        ("paths", [{"path": "data", "action": "LOG"}], "/paths/0/path"),
        ("paths", [{"path": "/data/(a+)+$*", "action": "LOG"}], "/paths/0/path"),
        ("paths", [{"path": "/data/a", "action": "SELL"}], "/paths/0/action"),
        ("paths", [{"path": "/data/a", "action": "LOG", "when": 1}], "/paths/0/when"),
        ("paths", [{"path": "/data/a", "action": "LOG", "whole": True}], "/paths/0/whole"),
        ("default", "SOMETIMES", "/default"),
        ("allow_test_values", "yes", "/allow_test_values"),
        ("published_by", 1, "/published_by"),
        ("revision", 7, "/revision"),
    ],
)
def test_what_is_no_policy_is_refused_with_the_place(editor: Client, member: str, value: Any, place: str) -> None:
    """H40: nor is anything set that is not the caller's to set."""
    response = post(editor, LIST, {**WHOLE, member: value})

    assert response.status_code == 400
    assert_as_documented(response, "post", LIST)
    assert pointers(response) == [place]
    assert not PiiPolicy.objects.exists()


def test_all_that_is_wrong_with_a_policy_is_said_at_once(editor: Client) -> None:
    paths = [
        {"path": "data", "action": "SELL"}, {"path": "/data/a", "action": "LOG", "whole": True},
        {"path": "/data/b", "action": 7, "when": 1},
    ]  # fmt: skip
    wrong = {
        "name": "", "priority": "7", "environments": ["prd", "staging", "staging"], "colour": "red",
        "kinds": {"email": "SELL", "a/b": "LOG"}, "paths": paths, "default": "SOMETIMES",
    }  # fmt: skip

    created = post(editor, LIST, wrong)
    tried = post(
        editor, "/api/v1/pii/preview", {"data": 1, "store": True, "policies": [wrong, {"kinds": {"x": "LOG"}}]}
    )

    places = {
        "/name", "/priority", "/environments/0", "/environments/2", "/colour", "/kinds/email", "/kinds/a~1b",
        "/paths/0/path", "/paths/0/action", "/paths/1/whole", "/paths/2/action", "/paths/2/when", "/default",
    }  # fmt: skip
    assert_as_documented(created, "post", LIST)
    assert sorted(pointers(created)) == sorted(places)
    inline = {f"/policies/0{place}" for place in places} | {"/policies/1/kinds/x", "/store"}
    assert sorted(pointers(tried)) == sorted(inline)


def test_what_is_said_of_a_policy_is_bounded(editor: Client) -> None:
    kinds = {f"kind{number}": "LOG" for number in range(1000)}

    response = post(editor, LIST, {**WHOLE, "kinds": kinds})

    assert len(pointers(response)) == 101
    assert response.json()["errors"][-1]["detail"] == "there are more than these"


def test_a_change_for_another_state_is_refused(editor: Client) -> None:
    """H47."""
    place = f"{LIST}/{made.policy().pk}"
    body = editor.get(place).json()

    assert put(editor, place, body, None).status_code == 428
    assert put(editor, place, body, '"r9"').status_code == 412
    assert delete(editor, place, '"r9"').status_code == 412
    assert put(editor, place, {**body, "revision": 9}, '"r1"').status_code == 400
    assert PiiPolicy.objects.get().revision == 1


def test_a_name_is_taken_once(editor: Client) -> None:
    made.policy("one")

    response = post(editor, LIST, {"name": "one"})

    assert (response.status_code, response.json()["code"]) == (409, "name-taken")


def test_policies_are_listed_as_they_are_tried_in_pages(editor: Client) -> None:
    for name, priority in (("c", 0), ("b", -5), ("a", 0), ("d", 9)):
        made.policy(name, priority=priority, enabled=name != "c")

    first = editor.get(LIST, {"limit": 3})
    second = editor.get(LIST, {"limit": 3, "cursor": first.json()["next"]})

    assert_as_documented(first, "get", LIST)
    assert [policy["name"] for policy in first.json()["items"] + second.json()["items"]] == ["d", "a", "c", "b"]
    assert second.json()["next"] is None
    assert [policy["name"] for policy in editor.get(LIST, {"enabled": "false"}).json()["items"]] == ["c"]
    assert [policy["name"] for policy in editor.get(LIST, {"name": "b"}).json()["items"]] == ["b"]
    assert editor.get(LIST, {"colour": "red"}).status_code == 400


def test_drafts_are_for_those_who_configure(caller: Call) -> None:
    """H40."""
    policy = made.policy()
    reader, publisher = caller("events:read"), caller("publish")

    assert post(reader, LIST, WHOLE).status_code == post(publisher, LIST, WHOLE).status_code == 403
    assert delete(reader, f"{LIST}/{policy.pk}", '"r1"').status_code == 403
    assert publisher.get(LIST).status_code == 403
    assert Client().get(LIST).status_code == 401
    assert reader.get(f"{LIST}/{policy.pk + 1}").status_code == 404
