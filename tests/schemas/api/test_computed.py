import json
from typing import Any

import pytest
from django.test import Client

from tests.api.configuration import pointers, post
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.schemas.registry import made

COMPATIBILITY, MERGE = "/api/v1/schemas/compatibility", "/api/v1/schemas/merge"


@pytest.fixture
def reader(caller: Call) -> Client:
    return caller("events:read")


def compared(client: Client, old: Any, new: Any, **more: Any) -> Any:
    response = post(client, COMPATIBILITY, json.dumps({"old": old, "new": new, **more}))
    assert response.status_code == 200, response.json()
    assert_as_documented(response, "post", COMPATIBILITY)
    return response.json()


def test_each_reads_the_other(reader: Client) -> None:
    assert compared(reader, made.ORDER, made.SAME) == {
        "verdict": "compatible", "backward": True, "forward": True, "decided": True,
        "changes": compared(reader, made.ORDER, made.SAME)["changes"], "counterexample": None,
    }  # fmt: skip


def test_the_new_one_reads_all_old_events(reader: Client) -> None:
    found = compared(reader, made.ORDER, made.WIDER)

    assert (found["verdict"], found["backward"], found["forward"]) == ("backward_compatible", True, False)
    assert (found["counterexample"]["valid_under"], found["counterexample"]["invalid_under"]) == ("new", "old")


def test_neither_reads_the_other(reader: Client) -> None:
    found = compared(reader, made.ORDER, made.OTHER)

    assert (found["verdict"], found["backward"], found["decided"]) == ("incompatible", False, True)
    assert found["counterexample"]["valid_under"] == "old"
    assert found["counterexample"]["faults"][0]["pointer"] == "/order"
    assert {"path", "kind", "severity", "message"} == set(found["changes"][0])


def test_the_policy_makes_the_difference(reader: Client) -> None:
    closed, more = made.ORDER, {**made.ORDER, "properties": {**made.ORDER["properties"], "note": {"type": "string"}}}

    assert compared(reader, more, closed, policy="strict")["backward"] is False
    assert compared(reader, more, closed, policy="lenient")["backward"] is True


@pytest.mark.parametrize(
    ("old", "new", "backward"),
    [(True, {}, True), (True, False, False), (False, True, True), ({"type": "integer"}, {"type": "number"}, True)],
)
def test_true_and_false_are_schemas(reader: Client, old: Any, new: Any, backward: bool) -> None:
    assert compared(reader, old, new)["backward"] is backward


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({"old": {}}, ["/new"]),
        ({"old": {}, "new": 7}, ["/new"]),
        ({"old": {}, "new": None}, ["/new"]),
        ({"old": [], "new": "{}"}, ["/old", "/new"]),
        ({"old": {}, "new": {}, "policy": "loose"}, ["/policy"]),
        ({"old": {}, "new": {}, "older": {}}, ["/older"]),
        ({"old": {"properties": {"a": {"type": "objekt"}}}, "new": {}}, ["/old/properties/a/type"]),
        ({"old": {"$ref": "#/nowhere"}, "new": {"$ref": "file:///etc/passwd"}}, ["/old/$ref", "/new/$ref"]),
        ({"old": {"pattern": "(?=x)"}, "new": {"patternProperties": {"(a)\\1": {}}}}, None),
        ({"old": {"$schema": "http://json-schema.org/draft-04/schema#"}, "new": {}}, ["/old/$schema"]),
    ],
)
def test_what_is_no_schema_is_refused_with_the_place(reader: Client, body: Any, places: list[str] | None) -> None:
    """H24, H27."""
    response = post(reader, COMPATIBILITY, json.dumps(body))

    assert response.status_code == 400
    assert_as_documented(response, "post", COMPATIBILITY)
    found = pointers(response)
    assert found == places if places else {one.split("/")[1] for one in found} == {"old", "new"}


@pytest.mark.parametrize(
    "body",
    [
        "", "{", "[]", "7", '{"old": {}, "old": {}, "new": {}}', '{"old": NaN, "new": {}}',
        '{"old": {"maximum": 1e999}, "new": {}}',
        '{"old": {"const": "\\u0000"}, "new": {}}', '{"old": {"const": "\\ud800"}, "new": {}}',
        '{"old": ' + "[" * 100_000, '{"old": {"const": ' + "9" * 5_000 + '}, "new": {}}',
        '{"old": ' + '{"not":' * 70 + "true" + "}" * 70 + ', "new": {}}',
        '{"old": {"enum": [' + "1," * 30_000 + '2]}, "new": {}}',
        '{"old": {"title": "' + "a" * 600_000 + '"}, "new": {}}',
        b"\xff\xfe",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", [COMPATIBILITY, MERGE])
def test_what_cannot_be_read_is_refused(reader: Client, path: str, body: Any) -> None:
    """H20."""
    response = post(reader, path, body)

    assert response.status_code == 400, response.content[:300]
    assert_as_documented(response, "post", path)


def test_a_body_too_large_or_of_another_type_is_refused(reader: Client, settings: Any) -> None:
    settings.MAX_BODY_BYTES = 1000

    large = post(reader, COMPATIBILITY, json.dumps({"old": {"title": "a" * 2000}, "new": {}}))
    other = reader.post(COMPATIBILITY, b"old: {}", content_type="application/yaml")

    assert (large.status_code, other.status_code) == (413, 415)
    assert_as_documented(large, "post", COMPATIBILITY)


def test_two_sides_are_merged(reader: Client) -> None:
    base = made.ORDER
    theirs = {**base, "properties": {**base["properties"], "note": {"type": "string"}}}
    wish = {"base": base, "ours": {**base, "required": ["order", "total"]}, "theirs": theirs}

    response = post(reader, MERGE, json.dumps(wish))

    assert response.status_code == 200, response.json()
    assert_as_documented(response, "post", MERGE)
    merged = response.json()["schema"]
    assert "note" in merged["properties"]
    assert merged["required"] == ["order", "total"]
    assert response.json()["clean"] is True


def test_what_both_changed_is_a_conflict(reader: Client) -> None:
    wish = {"base": {"const": "EUR"}, "ours": {"const": "USD"}, "theirs": {"const": None}}

    response = post(reader, MERGE, json.dumps(wish))

    assert_as_documented(response, "post", MERGE)
    assert response.json()["clean"] is False
    [conflict] = response.json()["conflicts"]
    assert (conflict["path"], conflict["resolution"]) == ("/const", "open")
    assert (conflict["base"], conflict["ours"], conflict["theirs"]) == ("EUR", "USD", None)


def test_a_side_that_is_no_schema_is_named(reader: Client) -> None:
    response = post(reader, MERGE, json.dumps({"base": {}, "ours": {"type": 1}, "theirs": {"$ref": "x.json"}}))

    assert response.status_code == 400
    assert {one.split("/")[1] for one in pointers(response)} == {"ours", "theirs"}


def test_asking_needs_the_scope_to_read(caller: Call) -> None:
    """H40."""
    body = json.dumps({"old": {}, "new": {}})

    assert post(caller("configure", "publish"), COMPATIBILITY, body).status_code == 403
    assert post(Client(), COMPATIBILITY, body).status_code == 401
