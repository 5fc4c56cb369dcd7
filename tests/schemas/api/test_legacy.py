from typing import Any

import pytest
from django.test import Client

from events.models import LegacyType
from events.schemas.registry.legacy import save_legacy
from tests.api.configuration import delete, pointers, post, put
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.schemas.registry import made

LIST, ONE = "/api/v1/schemas/legacy-types", "/api/v1/schemas/legacy-types/{id}"
WISH = {"name": "order_placed", "type": made.NAME, "version": "1.0.0"}


@pytest.fixture
def legacy(db: None) -> LegacyType:
    return save_legacy(made.legacy_type("order_placed", steps=made.SET_TOTAL), expected=None, by=None)


def test_a_legacy_type_is_mapped(editor: Client) -> None:
    made.active(made.event_type())

    response = post(editor, LIST, {**WISH, "steps": made.SET_TOTAL})

    assert response.status_code == 201, response.json()
    assert_as_documented(response, "post", LIST)
    body = response.json()
    assert response.headers["Location"] == f"{LIST}/{body['id']}"
    assert (body["type"], body["version"], body["steps"]) == (made.NAME, "1.0.0", made.SET_TOTAL)
    assert editor.get(LIST).json()["items"] == [body]


def test_a_script_can_get_one_change_a_member_and_put_it_back(editor: Client, legacy: LegacyType) -> None:
    path = f"{LIST}/{legacy.pk}"
    read = editor.get(path)
    assert_as_documented(read, "get", ONE)

    response = put(editor, path, {**read.json(), "note": "the old shop"}, read.headers["ETag"])

    assert response.status_code == 200, response.json()
    assert_as_documented(response, "put", ONE)
    assert response.json() == {**read.json(), "note": "the old shop", "revision": 2}
    assert_as_documented(editor.get(LIST), "get", LIST)


def test_one_is_forgotten(editor: Client, legacy: LegacyType) -> None:
    assert delete(editor, f"{LIST}/{legacy.pk}", None).status_code == 428
    assert delete(editor, f"{LIST}/{legacy.pk}", '"r2"').status_code == 412
    assert delete(editor, f"{LIST}/{legacy.pk}", '"r1"').status_code == 204
    assert editor.get(f"{LIST}/{legacy.pk}").status_code == 404


@pytest.mark.parametrize(
    ("members", "places"),
    [
        ({"type": "com.example.gone"}, ["/version"]),
        ({"version": "9.0.0"}, ["/version"]),
        ({"steps": [{"op": "guess", "path": "/a"}]}, ["/steps/0/op"]),
        ({"note": "two\nlines"}, ["/note"]),
        ({"id": 7}, ["/id"]),
    ],
)
def test_one_that_cannot_be_is_refused_with_the_place(editor: Client, members: Any, places: list[str]) -> None:
    made.active(made.event_type())

    response = post(editor, LIST, {**WISH, **members})

    assert response.status_code == 400
    assert_as_documented(response, "post", LIST)
    assert pointers(response) == places


def test_a_name_that_is_taken_is_a_conflict(editor: Client, legacy: LegacyType) -> None:
    answers = [post(editor, LIST, WISH), post(editor, LIST, {**WISH, "name": made.NAME})]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "name-taken")] * 2


def test_changing_them_needs_the_scope_to_configure(caller: Call, legacy: LegacyType) -> None:
    """H40."""
    reader = caller("events:read", "publish")

    refused = [post(reader, LIST, WISH), delete(reader, f"{LIST}/{legacy.pk}", '"r1"')]

    assert [response.status_code for response in refused] == [403, 403]
