from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from events.models import SchemaVersion
from tests.api.configuration import JSON, delete, pointers, post, put
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.schemas.registry import made

TYPE = f"/api/v1/schemas/types/{made.NAME}"
LIST = f"{TYPE}/versions"
DOCUMENTED = "/api/v1/schemas/types/{type}/versions"
ONE = DOCUMENTED + "/{version}"


def act(client: Client, version: str, name: str, tag: str | None, body: Any = None) -> Any:
    headers = {} if tag is None else {"If-Match": tag}
    path = f"{LIST}/{version}/{name}"
    if body is None:
        return client.post(path, content_type=JSON, headers=headers)
    return client.post(path, body, content_type=JSON, headers=headers)


def test_a_draft_is_made_and_numbered(editor: Client) -> None:
    made.event_type()

    response = post(editor, LIST, {"schema": made.ORDER, "note": "what the shop sends"})

    assert response.status_code == 201, response.json()
    assert_as_documented(response, "post", DOCUMENTED)
    assert (response.headers["Location"], response.headers["ETag"]) == (f"{LIST}/1.0.0", '"r1"')
    body = response.json()
    assert (body["version"], body["status"], body["schema"]) == ("1.0.0", "draft", made.ORDER)
    assert body["created_by"].startswith("API key ")


def test_a_draft_says_how_it_stands_to_the_active_version(editor: Client) -> None:
    made.active(made.event_type())

    response = post(editor, LIST, {"schema": made.OTHER})

    assert_as_documented(response, "post", DOCUMENTED)
    body = response.json()
    assert (body["version"], body["ancestor"], body["verdict"]) == ("2.0.0", "1.0.0", "incompatible")
    assert body["counterexample"]["valid_under"] == "old"
    assert body["changes"][0]["path"]


def test_a_script_can_get_a_draft_change_one_member_and_put_it_back(editor: Client) -> None:
    made.active(made.event_type())
    post(editor, LIST, {"schema": made.OTHER})
    read = editor.get(f"{LIST}/2.0.0")
    assert_as_documented(read, "get", ONE)

    response = put(editor, f"{LIST}/2.0.0", {**read.json(), "note": "numbers"}, read.headers["ETag"])

    assert response.status_code == 200, response.json()
    assert_as_documented(response, "put", ONE)
    assert response.json() == {**read.json(), "note": "numbers", "revision": 2}


def test_read_only_members_are_refused_with_any_other_value(editor: Client) -> None:
    """H40."""
    made.draft(made.event_type())
    body = editor.get(f"{LIST}/1.0.0").json()

    for member, value in (("status", "active"), ("verdict", "compatible"), ("activated_by", "user 1"), ("revision", 9)):
        response = put(editor, f"{LIST}/1.0.0", {**body, member: value}, '"r1"')
        assert (response.status_code, pointers(response)) == (400, [f"/{member}"])

    assert SchemaVersion.objects.get().revision == 1


@pytest.mark.parametrize(
    ("members", "places"),
    [
        ({"schema": 7}, ["/schema"]),
        ({"schema": {"properties": {"a": {"type": "objekt"}}}}, ["/schema/properties/a/type"]),
        ({"schema": {"$ref": "http://example.com/x"}}, ["/schema/$ref"]),
        ({"schema": {"pattern": "(a)\\1"}}, ["/schema/pattern"]),
        ({"version": "1"}, ["/version"]),
        ({"version": "1.0.0\n"}, ["/version"]),
        ({"ancestor": "9.9.9"}, ["/ancestor"]),
        ({"policy": "loose"}, ["/policy"]),
        ({"migration_up": {}}, ["/migration_up"]),
        ({"migration_up": [{"op": "remove", "path": "/a"}]}, ["/migration_up"]),
        ({"status": "active"}, ["/status"]),
    ],
)
def test_a_draft_that_cannot_be_is_refused_with_the_place(editor: Client, members: Any, places: list[str]) -> None:
    """H24, H27, H40."""
    made.event_type()

    response = post(editor, LIST, {"schema": made.ORDER, **members})

    assert response.status_code == 400
    assert_as_documented(response, "post", DOCUMENTED)
    assert pointers(response) == places
    assert not SchemaVersion.objects.exists()


def test_the_list_is_the_newest_first_without_schemas(editor: Client, django_assert_max_num_queries: Any) -> None:
    of = made.event_type()
    for schema in (made.ORDER, made.SAME, made.OTHER):
        made.active(of, schema)

    with django_assert_max_num_queries(4):
        response = editor.get(LIST)

    assert_as_documented(response, "get", DOCUMENTED)
    assert [(one["version"], one["status"]) for one in response.json()["items"]] == [
        ("2.0.0", "active"), ("1.0.1", "deprecated"), ("1.0.0", "deprecated"),
    ]  # fmt: skip
    assert [one["version"] for one in editor.get(LIST, {"status": "active"}).json()["items"]] == ["2.0.0"]


def test_a_schema_is_read_alone_and_kept_for_good_once_it_was_activated(editor: Client) -> None:
    of = made.event_type()
    made.active(of)
    made.draft(of, made.OTHER)

    whole, draft = editor.get(f"{LIST}/1.0.0/schema"), editor.get(f"{LIST}/2.0.0/schema")
    again = editor.get(f"{LIST}/1.0.0/schema", headers={"If-None-Match": whole.headers["ETag"]})

    assert whole.json() == made.ORDER
    assert_as_documented(whole, "get", f"{ONE}/schema")
    assert whole.headers["Content-Type"] == "application/schema+json"
    assert "immutable" in whole.headers["Cache-Control"]
    assert "no-cache" in draft.headers["Cache-Control"]
    assert (again.status_code, again.content) == (304, b"")


def test_a_version_is_activated_deprecated_and_retired(publisher: Client) -> None:
    of = made.event_type()
    made.active(of)
    made.draft(of, made.OTHER)

    answers = [
        act(publisher, "2.0.0", "activate", '"r1"', {"note": "numbers from now on"}),
        act(publisher, "1.0.0", "retire", '"r3"', {"note": ""}),
        act(publisher, "1.0.0", "deprecate", '"r4"'),
    ]

    for answer, name in zip(answers, ("activate", "retire", "deprecate"), strict=True):
        assert answer.status_code == 200, answer.json()
        assert_as_documented(answer, "post", f"{ONE}/{name}")
    assert [answer.json()["status"] for answer in answers] == ["active", "retired", "deprecated"]
    assert answers[0].json()["activation_note"] == "numbers from now on"
    assert answers[2].headers["ETag"] == '"r5"'


@pytest.mark.parametrize(
    ("version", "name", "tag", "body", "status", "code"),
    [
        ("2.0.0", "activate", '"r1"', {}, 400, "invalid"),
        ("2.0.0", "activate", '"r1"', {"note": " "}, 400, "invalid"),
        ("2.0.0", "activate", '"r1"', {"note": 7}, 400, "invalid"),
        ("2.0.0", "activate", '"r7"', {"note": "go"}, 412, "edit-conflict"),
        ("2.0.0", "activate", None, {"note": "go"}, 428, "if-match-required"),
        ("2.0.0", "retire", '"r1"', {"note": "go"}, 409, "wrong-status"),
        ("1.0.0", "activate", '"r2"', {"note": "go"}, 409, "wrong-status"),
        ("1.0.0", "deprecate", '"r2"', None, 409, "wrong-status"),
        ("1.0.0", "retire", '"r2"', {"note": ""}, 400, "invalid"),
        ("9.0.0", "activate", '"r1"', {"note": ""}, 404, "not-found"),
    ],
)
def test_an_act_that_cannot_be_is_refused(
    publisher: Client, version: str, name: str, tag: str | None, body: Any, status: int, code: str
) -> None:
    of = made.event_type()
    made.active(of)
    made.draft(of, made.OTHER)

    answer = act(publisher, version, name, tag, body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert_as_documented(answer, "post", f"{ONE}/{name}")
    assert set(SchemaVersion.objects.values_list("version", "status")) == {("1.0.0", "active"), ("2.0.0", "draft")}


def test_a_draft_compared_with_what_is_no_longer_active_is_refused(publisher: Client) -> None:
    of = made.event_type()
    made.active(of)
    made.draft(of, made.WIDER, version="3.0.0")
    made.active(of, made.OTHER)

    answer = act(publisher, "3.0.0", "activate", '"r1"', {"note": "go"})

    assert (answer.status_code, answer.json()["code"]) == (409, "comparison-stale")
    assert_as_documented(answer, "post", f"{ONE}/activate")


def test_what_was_activated_is_neither_changed_nor_deleted(editor: Client) -> None:
    version = made.active(made.event_type())
    body, tag = editor.get(f"{LIST}/1.0.0").json(), f'"r{version.revision}"'

    changed = put(editor, f"{LIST}/1.0.0", {**body, "note": "x"}, tag)
    deleted = delete(editor, f"{LIST}/1.0.0", tag)

    assert [changed.json()["code"], deleted.json()["code"]] == ["wrong-status", "wrong-status"]
    assert_as_documented(changed, "put", ONE)
    assert_as_documented(deleted, "delete", ONE)


def test_a_draft_is_deleted(editor: Client) -> None:
    made.draft(made.event_type())

    assert delete(editor, f"{LIST}/1.0.0", '"r1"').status_code == 204
    assert not SchemaVersion.objects.exists()


def test_writing_and_activating_are_different_scopes(caller: Call, editor: Client, publisher: Client) -> None:
    """H40: who edits does not activate, who activates does not edit."""
    made.draft(made.event_type())
    body = editor.get(f"{LIST}/1.0.0").json()

    assert act(editor, "1.0.0", "activate", '"r1"', {}).status_code == 403
    assert put(publisher, f"{LIST}/1.0.0", body, '"r1"').status_code == 403
    assert post(publisher, LIST, {"schema": True}).status_code == 403
    assert caller("configure", "publish").get(LIST).status_code == 403


def test_numbers_keep_the_precision_of_a_double(editor: Client) -> None:
    made.event_type()
    schema = '{"enum": [0.1, 9007199254740993, 1.0, 1e300, -5e-324]}'

    response = post(editor, LIST, f'{{"schema": {schema}}}')

    assert response.json()["schema"]["enum"] == [0.1, 9007199254740993, 1.0, 1e300, -5e-324]
    assert b"1.0," in editor.get(f"{LIST}/1.0.0/schema").content


@pytest.mark.parametrize("name", ["50%25off", "x y", "grün", "a?b#c", "a/b", "Jo\u0307"])
def test_a_new_version_of_a_type_with_a_strange_name_is_found_by_its_location(editor: Client, name: str) -> None:
    made.event_type(name)

    response = post(editor, f"/api/v1/schemas/types/{quote(name, safe='')}/versions", {"schema": made.ORDER})

    location = response.headers["Location"]
    assert location.isascii()
    assert editor.get(location).json()["type"] == name
