import json
import logging
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.models import PiiPolicySet
from events.pii.detection import work
from events.pii.publishing.publish import publish
from tests.api.configuration import JSON, pointers, post
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.pii.publishing import made

PREVIEW = "/api/v1/pii/preview"
MAIL = "jane.doe@acme-corp.com"
CARD = 4242424242424242


def preview(client: Client, data: Any, **members: Any) -> Any:
    response = post(client, PREVIEW, json.dumps({"data": data, **members}))
    assert response.status_code == 200, response.content
    assert_as_documented(response, "post", PREVIEW)
    return response.json()


def actions(body: Any) -> dict[str, str]:
    return {finding["path"]: finding["action"] for finding in body["findings"]}


def test_findings_have_a_place_in_the_data_and_the_data_is_as_it_would_be_stored(reader: Client) -> None:
    body = preview(reader, {"a/b": [f"write to {MAIL} now"], "n": 7}, type="t", environment="production")

    [finding] = body["findings"]
    assert finding == {
        "path": "/a~1b/0", "kind": "email", "start": 9, "end": 9 + len(MAIL), "where": "value", "action": "ENCRYPT",
    }  # fmt: skip
    before, token, after = body["data"]["a/b"][0].partition("pii.v1.")
    assert (before, after.endswith("~ now"), body["data"]["n"]) == ("write to ", True, 7)
    assert token
    assert body["refused"] is None


def test_what_is_not_personal_keeps_every_digit(reader: Client) -> None:
    numbers = '"long": 12345678901234567890123, "exact": 0.1000000000000000055511151231257827, "price": 1.50, "e": 1E2'

    response = post(reader, PREVIEW, f'{{"data": {{{numbers}, "mail": "{MAIL}"}}}}')

    assert f"{{{numbers}, " in response.content.decode()
    assert response.json()["data"]["long"] == 12345678901234567890123
    assert response.json()["data"]["mail"].startswith("pii.v1.")


def test_a_name_and_what_stands_there_are_told_apart(reader: Client) -> None:
    attributes = {"database": MAIL, "data5551234567": "x"}

    body = preview(reader, {MAIL: MAIL}, attributes=attributes)

    assert [(one["path"], one["where"]) for one in body["findings"]] == [(f"/{MAIL}", "key"), (f"/{MAIL}", "value")]
    told = {(one["path"], one["where"]) for one in body["attributes"]["findings"]}
    assert ("/database", "attribute") in told
    assert {path for path, where in told if where == "key"} <= {"/data5551234567"}


def test_data_may_be_any_json_and_a_string_is_its_own_place(reader: Client) -> None:
    assert preview(reader, MAIL)["findings"][0]["path"] == ""
    values: list[Any] = [None, True, 1, 1.5, "text", [], {}]
    for plain in values:
        assert preview(reader, plain) == {
            "findings": [], "data": plain, "attributes": {"findings": [], "values": {}},
            "environment": "production", "refused": None,
        }  # fmt: skip


@pytest.mark.parametrize(
    ("environment", "taken", "action"),
    [
        ("development", "development", "LOG"),
        ("staging", "staging", "ANONYMIZE"),
        ("production", "production", "ENCRYPT"),
        ("prd", "production", "ENCRYPT"),
        ("", "production", "ENCRYPT"),
        (None, "production", "ENCRYPT"),
    ],
)
def test_each_environment_has_its_usual_action_and_an_unknown_one_is_production(
    reader: Client, environment: str | None, taken: str, action: str
) -> None:
    """H36."""
    body = preview(reader, {"mail": MAIL}, environment=environment)

    assert (body["environment"], actions(body)) == (taken, {"/mail": action})
    assert (MAIL in str(body["data"])) is (action == "LOG")


def test_a_number_becomes_a_string_and_a_pseudonym_keeps_the_domain(reader: Client) -> None:
    """H31, H34."""
    body = preview(reader, {"card": CARD, "mails": [MAIL, MAIL]}, environment="staging")

    first, second = body["data"]["mails"]
    assert body["data"]["card"].startswith("anon_credit_card_")
    assert first == second
    assert first.endswith("@acme-corp.com")


def test_personal_names_are_found_in_keys(reader: Client) -> None:
    """H31."""
    body = preview(reader, {MAIL: 1}, explain=True)

    [finding] = body["findings"]
    assert (finding["path"], finding["where"], finding["by"]) == (f"/{MAIL}", "key", "value")
    assert (finding["start"], finding["end"]) == (0, len(MAIL))
    assert MAIL not in json.dumps(body["data"])


def test_attributes_are_looked_at_and_answered_apart(reader: Client) -> None:
    """H31, H38."""
    attributes = {"subject": f"users/{MAIL}", "partitionkey": MAIL, "note": f"for {MAIL}", "count": 3, "none": None}

    body = preview(reader, {"total": 1}, attributes=attributes)

    found = {finding["path"]: finding["action"] for finding in body["attributes"]["findings"]}
    values = body["attributes"]["values"]
    assert body["findings"] == []
    assert found == {"/note": "ENCRYPT", "/partitionkey": "ANONYMIZE", "/subject": "ANONYMIZE"}
    assert MAIL not in json.dumps(values)
    assert values["subject"] == f"users/{values['partitionkey']}"
    assert (values["count"], values["pii"], values["dataclassification"]) == (3, "anonymized,encrypted", "confidential")


def test_an_event_that_is_blocked_is_not_shown(reader: Client) -> None:
    policy = {"kinds": {"credit_card": "BLOCK"}}

    body = preview(reader, {"card": CARD, "mail": MAIL}, policies=[policy])

    assert actions(body) == {"/card": "BLOCK", "/mail": "ENCRYPT"}
    assert (body["data"], body["attributes"]["values"]) == (None, None)
    assert body["refused"]["code"] == "pii-blocked"
    assert str(CARD) not in body["refused"]["detail"]


def test_why_an_event_is_blocked_is_said_in_a_sentence_and_all_findings_are_listed(reader: Client) -> None:
    crowded = [f"jane{number}@acme-corp.com" for number in range(500)]

    body = preview(reader, crowded, policies=[{"default": "BLOCK"}])

    said = body["refused"]["detail"]
    assert said.startswith("the policy refuses personal data: email at /data/0, ")
    assert said.endswith(" and 490 more")
    assert said.count("email") == 10
    assert len(body["findings"]) == 500


def test_it_goes_by_what_is_published_by_the_draft_or_by_policies_of_the_moment(reader: Client) -> None:
    made.policy(kinds={"email": "REDACT"})
    before = preview(reader, {"mail": MAIL})
    draft = preview(reader, {"mail": MAIL}, policies="draft")
    publish(note="the first", by=None)
    published = preview(reader, {"mail": MAIL}, policies="published", explain=True)
    listed = [{"priority": 1, "default": "LOG"}, {"priority": 2, "default": "BLOCK", "type_pattern": "x"}]
    inline = preview(reader, {"mail": MAIL}, policies=listed, type="t")

    assert [actions(one)["/mail"] for one in (before, draft, published, inline)] == [
        "ENCRYPT", "REDACT", "REDACT", "LOG",
    ]  # fmt: skip
    assert published["findings"][0]["because"] == "kind email of the policy p"


def test_without_a_type_the_strictest_policy_holds(reader: Client) -> None:
    listed = [{"type_pattern": "a", "default": "LOG"}, {"type_pattern": "b", "default": "BLOCK"}]

    assert preview(reader, MAIL, policies=listed, type="a")["findings"][0]["action"] == "LOG"
    assert preview(reader, MAIL, policies=listed)["findings"][0]["action"] == "BLOCK"


@pytest.mark.parametrize(
    ("attributes", "action"),
    [
        ({"dataclassification": "restricted"}, "ENCRYPT"),
        ({"dataclassification": "confidential"}, "ANONYMIZE"),
        ({"dataclassification": "public"}, "LOG"),
        ({"dataclassification": "public", "datacategory": "phi"}, "ENCRYPT"),
    ],
)
def test_what_an_event_says_of_its_data_is_a_minimum(reader: Client, attributes: Any, action: str) -> None:
    body = preview(reader, {"mail": MAIL}, environment="development", attributes=attributes)

    assert actions(body) == {"/mail": action}
    assert body["attributes"]["values"]["dataclassification"] == attributes["dataclassification"]


def test_an_event_that_holds_more_than_can_be_searched_would_be_refused(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "MOST", 20)

    body = preview(reader, {"mails": [MAIL] * 4})

    assert (body["refused"]["code"], body["data"], body["findings"]) == ("pii-too-much", None, [])


@pytest.mark.parametrize(
    "attributes", [{"dataclassification": "secret"}, {"dataclassification": True}, {"dataregulation": "GDPR"}]
)
def test_what_an_event_says_in_unknown_words_has_it_refused(reader: Client, attributes: Any) -> None:
    body = preview(reader, {"mail": MAIL}, attributes=attributes)

    assert (body["refused"]["code"], body["data"]) == ("unknown-classification", None)
    assert actions(body) == {"/mail": "ENCRYPT"}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "/data"),
        ({"data": 1, "type": ""}, "/type"),
        ({"data": 1, "type": 7}, "/type"),
        ({"data": 1, "type": "a\u0007"}, "/type"),
        ({"data": 1, "environment": 7}, "/environment"),
        ({"data": 1, "environment": "x" * 65}, "/environment"),
        ({"data": 1, "attributes": []}, "/attributes"),
        ({"data": 1, "attributes": {"type": "x"}}, "/attributes/type"),
        ({"data": 1, "attributes": {"Bad": "x"}}, "/attributes/Bad"),
        ({"data": 1, "attributes": {"x": [1]}}, "/attributes/x"),
        ({"data": 1, "attributes": {"id": 7}}, "/attributes/id"),
        ({"data": 1, "attributes": {"source": "a b"}}, "/attributes/source"),
        ({"data": 1, "policies": "newest"}, "/policies"),
        ({"data": 1, "policies": [{"kinds": {"x": "LOG"}}]}, "/policies/0/kinds/x"),
        ({"data": 1, "policies": [{}, {"colour": "red"}]}, "/policies/1/colour"),
        ({"data": 1, "policies": [{}] * 51}, "/policies"),
        ({"data": 1, "store": True}, "/store"),
        ({"data": 1, "explain": "yes"}, "/explain"),
    ],
)
def test_what_cannot_be_previewed_is_refused_with_the_place(reader: Client, body: Any, place: str) -> None:
    response = post(reader, PREVIEW, json.dumps(body))

    assert (response.status_code, pointers(response)) == (400, [place])
    assert_as_documented(response, "post", PREVIEW)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"x"', 400),
        (b"null", 400),
        (b'{"data": NaN}', 400),
        (b'{"data": 1e999}', 400),
        (b'{"data": 1, "data": 2}', 400),
        (b'{"data": "\\u0000"}', 400),
        (b'{"data": "\\ud800"}', 400),
        (b'{"data": "\xff"}', 400),
        (b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
        (b'{"data": ' + b"[" * 129 + b"]" * 129 + b"}", 400),
        (b'{"data": ' + b"[" * 128 + b"]" * 128 + b"}", 200),
        (b'{"data": "' + b"x" * 5_000_000 + b'"}', 413),
        (b'{"data": ' + b"9" * 5_000 + b"}", 400),
        (b'{"data": ' + b"9" * 300 + b"}", 200),
    ],
)
def test_hostile_json_is_answered_and_never_an_error_of_ours(reader: Client, body: bytes, status: int) -> None:
    """H20."""
    response = reader.post(PREVIEW, body, content_type=JSON)

    assert response.status_code == status, response.content[:300]
    assert_as_documented(response, "post", PREVIEW)


def test_nothing_is_stored_or_logged(reader: Client, caplog: pytest.LogCaptureFixture, capfd: Any) -> None:
    """H30."""
    with caplog.at_level(logging.DEBUG):
        preview(reader, {"mail": MAIL}, attributes={"subject": MAIL}, policies=[{"default": "BLOCK"}])

    assert not PiiPolicySet.objects.exists()
    said = capfd.readouterr()
    assert MAIL not in caplog.text + said.out + said.err


def test_nobody_can_ask_for_the_pseudonym_of_a_value(reader: Client) -> None:
    """H34: keys are drawn for each preview."""
    first, second = (preview(reader, MAIL, environment="staging")["data"] for _ in range(2))

    assert first != second


def test_policies_of_a_newer_release_are_not_guessed_at(reader: Client) -> None:
    PiiPolicySet(version=1, snapshot={"format": 2, "policies": []}, note="newer").save()

    response = post(reader, PREVIEW, {"data": MAIL})

    assert (response.status_code, response.json()["code"]) == (503, "policies-unreadable")
    assert_as_documented(response, "post", PREVIEW)


def test_reading_is_enough_and_needed(caller: Call) -> None:
    """H40."""
    assert post(caller("events:write", "configure"), PREVIEW, {"data": 1}).status_code == 403
    assert post(Client(), PREVIEW, {"data": 1}).status_code == 401


DISGUISED = [
    MAIL, "4242 4242 4242 4242", "078-05-1120", f'{{"mail": "{MAIL}"}}', "amFuZS5kb2VAYWNtZS1jb3JwLmNvbQ==",
    "+1 415 555 2671", "jane\uff20acme-corp.com", "jane%40acme-corp.com", "192.168.0.1", "pii.v1.x",
    "DE89370400440532013000",
]  # fmt: skip
TEXTS = st.text(max_size=20) | st.sampled_from(DISGUISED)
VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
DATA = st.recursive(VALUES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4))
POLICY = st.fixed_dictionaries(
    {},
    optional={
        "kinds": st.dictionaries(st.sampled_from(["email", "phone"]), st.sampled_from(["LOG", "BLOCK", "REDACT"])),
        "default": st.sampled_from(["LOG", "REDACT", "ANONYMIZE", "ENCRYPT"]),
        "paths": st.just([{"path": "/data/**", "action": "REDACT", "kind": "credential", "whole": True}]),
    },
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    DATA, st.lists(POLICY, max_size=2), st.dictionaries(st.sampled_from(["subject", "note", "id"]), TEXTS, max_size=2)
)
def test_any_json_is_previewed_or_refused(reader: Client, data: Any, listed: Any, attributes: Any) -> None:
    response = post(reader, PREVIEW, json.dumps({"data": data, "policies": listed, "attributes": attributes}))

    assert response.status_code in (200, 400), response.content
    answer = response.json()
    if response.status_code == 200 and not answer["findings"] and answer["refused"] is None:
        assert answer["data"] == data
