from typing import Any

import pytest
from django.test import Client

from events.models import EventType
from tests.api.configuration import delete, pointers, post, put
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.schemas.registry import made

LIST, ONE = "/api/v1/schemas/types", "/api/v1/schemas/types/{type}"
PATH = f"{LIST}/{made.NAME}"


def new(**members: Any) -> dict[str, Any]:
    return {"name": made.NAME, **members}


def test_a_type_is_registered_and_what_is_left_out_is_as_documented(editor: Client) -> None:
    response = post(editor, LIST, new(category="orders"))

    assert response.status_code == 201, response.json()
    assert_as_documented(response, "post", LIST)
    assert (response.headers["Location"], response.headers["ETag"]) == (PATH, '"r1"')
    body = response.json()
    assert (body["category"], body["allowed"], body["on_invalid"], body["active"]) == ("orders", True, "refuse", None)
    assert editor.get(PATH).json() == body


def test_a_script_can_get_a_type_change_one_member_and_put_it_back(editor: Client) -> None:
    made.active(made.event_type())
    read = editor.get(PATH)
    assert_as_documented(read, "get", ONE)
    assert read.json()["active"] == "1.0.0"

    response = put(editor, PATH, {**read.json(), "allowed": False, "blocked_reason": "moved"}, read.headers["ETag"])

    assert response.status_code == 200, response.json()
    assert_as_documented(response, "put", ONE)
    assert response.json() == {**read.json(), "allowed": False, "blocked_reason": "moved", "revision": 2}


def test_the_list_is_by_name_over_all_pages(editor: Client) -> None:
    names = sorted(["b", "a" * 255, "a" * 254 + "b", "c.d", "e/f"])
    for name in names:
        made.event_type(name)
    seen: list[str] = []
    cursor: dict[str, str] = {}

    while True:
        response = editor.get(LIST, {"limit": "2", **cursor})
        assert_as_documented(response, "get", LIST)
        seen += [one["name"] for one in response.json()["items"]]
        if response.json()["next"] is None:
            break
        cursor = {"cursor": response.json()["next"]}

    assert sorted(seen) == names
    assert len(seen) == len(names)


def test_the_list_can_be_asked_for_a_part(editor: Client) -> None:
    made.event_type("a", category="x", owner="o")
    made.event_type("b", category="y", allowed=False)

    def asked(**query: str) -> list[str]:
        return [one["name"] for one in editor.get(LIST, query).json()["items"]]

    assert asked(category="x") == asked(owner="o") == asked(allowed="true") == ["a"]
    assert asked(allowed="false") == ["b"]


@pytest.mark.parametrize("query", [{"cursor": "x"}, {"limit": "0"}, {"allowed": "1"}, {"q": "a"}])
def test_parameters_it_cannot_take_are_refused_and_named(editor: Client, query: dict[str, str]) -> None:
    """H25."""
    response = editor.get(LIST, query)

    assert response.status_code == 400
    assert_as_documented(response, "get", LIST)
    assert [error["parameter"] for error in response.json()["errors"]] == list(query)


def test_the_list_takes_a_bounded_number_of_queries(editor: Client, django_assert_max_num_queries: Any) -> None:
    for n in range(8):
        made.active(made.event_type(f"com.example.t{n}"))

    with django_assert_max_num_queries(3):
        assert len(editor.get(LIST).json()["items"]) == 8


@pytest.mark.parametrize("name", ["a/b", "größer", "a b", "a%2Fb", "a?b#c", "x.versions.y"])
def test_a_type_has_an_address_whatever_it_is_called(editor: Client, name: str) -> None:
    response = post(editor, LIST, {"name": name})

    assert response.status_code == 201, response.json()
    assert editor.get(response.headers["Location"]).json()["name"] == name
    assert editor.get(f"{response.headers['Location']}/versions").json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("members", "places"),
    [
        ({"name": ""}, ["/name"]),
        ({"name": 7}, ["/name"]),
        ({"name": "a/versions"}, ["/name"]),
        ({"criticality": "high"}, ["/criticality"]),
        ({"allowed": "yes"}, ["/allowed"]),
        ({"owner": "two\nlines"}, ["/owner"]),
        ({"description": "a" * 10_001}, ["/description"]),
        ({"active": "1.0.0"}, ["/active"]),
        ({"revision": 3, "id": 7}, ["/id", "/revision"]),
    ],
)
def test_a_type_that_cannot_be_is_refused_with_the_place(editor: Client, members: Any, places: list[str]) -> None:
    """H40: and what is not the caller's to set."""
    response = post(editor, LIST, new(**members))

    assert response.status_code == 400
    assert_as_documented(response, "post", LIST)
    assert pointers(response) == places
    assert not EventType.objects.exists()


def test_a_name_that_is_taken_is_a_conflict(editor: Client) -> None:
    made.event_type()

    response = post(editor, LIST, new())

    assert (response.status_code, response.json()["code"], pointers(response)) == (409, "name-taken", ["/name"])
    assert_as_documented(response, "post", LIST)


def test_the_second_of_two_edits_is_a_conflict(editor: Client) -> None:
    """H47."""
    made.event_type()
    body = editor.get(PATH).json()
    first = put(editor, PATH, {**body, "owner": "a"}, '"r1"')

    second = put(editor, PATH, {**body, "owner": "b"}, '"r1"')
    deletion = delete(editor, PATH, '"r1"')

    assert (first.status_code, second.status_code, deletion.status_code) == (200, 412, 412)
    assert_as_documented(second, "put", ONE)
    assert_as_documented(deletion, "delete", ONE)
    assert EventType.objects.get().owner == "a"


def test_a_change_must_say_what_it_was_made_for(editor: Client) -> None:
    made.event_type()
    body = editor.get(PATH).json()

    answers = [put(editor, PATH, body, None), delete(editor, PATH, None)]

    assert [answer.status_code for answer in answers] == [428, 428]


def test_a_type_with_drafts_is_deleted_and_one_that_was_in_use_is_not(editor: Client) -> None:
    """H13."""
    made.draft(made.event_type())
    made.active(made.event_type("com.example.used"))

    gone, kept = delete(editor, PATH, '"r1"'), delete(editor, f"{LIST}/com.example.used", '"r1"')

    assert gone.status_code == 204
    assert (kept.status_code, kept.json()["code"]) == (409, "type-in-use")
    assert_as_documented(kept, "delete", ONE)
    assert "1.0.0" in kept.json()["errors"][0]["detail"]


def test_changing_types_needs_the_scope_to_configure(caller: Call) -> None:
    """H40."""
    made.event_type()
    reader = caller("events:read", "operate", "publish", "keys", "events:write")
    body = reader.get(PATH).json()

    refused = [post(reader, LIST, new(name="b")), put(reader, PATH, body, '"r1"'), delete(reader, PATH, '"r1"')]

    assert [response.status_code for response in refused] == [403, 403, 403]
    assert [caller("configure").get(each).status_code for each in (LIST, PATH)] == [403, 403]


def test_what_is_not_there_is_not_found(editor: Client) -> None:
    answers = [editor.get(f"{PATH}{rest}") for rest in ("", "/versions", "/versions/1.0.0", "/versions/1.0.0/schema")]

    assert [answer.status_code for answer in answers] == [404] * 4


@pytest.mark.parametrize("path", ["/a%00b", "/a%00b/versions", f"/{made.NAME}/versions/1%00", "/%FF", "/."])
def test_an_address_that_no_type_can_have_is_not_found(editor: Client, path: str) -> None:
    """H20."""
    made.event_type()

    assert editor.get(f"{LIST}{path}").status_code == 404
