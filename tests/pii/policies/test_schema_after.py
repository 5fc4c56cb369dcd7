"""H38: every event that fits the schema of its type fits the schema after the policy, once it is protected."""

import json
import os
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from events.envelope import CloudEvent
from events.pii.detection.masked import is_masked
from events.pii.policies.decide import NO_POLICIES, PolicySet
from events.pii.policies.leaves import ONLY_PROTECTED
from events.pii.policies.schema_after import schema_after
from events.pii.protection import PiiBlockedError
from events.pii.tokens import SecretKey, TenantKeys
from events.pii.treat import treat
from tests.pii.policies.made import line, policies, raw

TYPE = "com.example.order.placed"
KEYS = TenantKeys("t", SecretKey("aaaaaaaa", os.urandom(32)), SecretKey("bbbbbbbb", os.urandom(32)), {})
ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "email", "total"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "email": {"type": "string", "format": "email", "maxLength": 100},
        "total": {"type": "number", "minimum": 0},
        "count": {"type": "integer", "minimum": 0, "maximum": 99},
        "reference": {"type": "integer"},
        "status": {"enum": ["open", "done"]},
        "note": {"type": "string", "maxLength": 40, "pattern": "^[^<]*$"},
        "ssn": {"type": ["integer", "null"]},
        "loyalty": {"type": "string", "minLength": 1},
        "ill": {"type": "boolean"},
        "tests": {"type": "array", "items": {"type": ["string", "boolean"]}},
    },
    "additionalProperties": False,
}


def after(schema: Any, known: PolicySet = NO_POLICIES, environment: str = "production") -> Any:
    return schema_after(schema, known, TYPE, environment)


def protected(data: Any, known: PolicySet = NO_POLICIES, environment: str = "production") -> Any:
    event = CloudEvent.of(type=TYPE, source="/x", id="1", data=data)
    made = treat(event, known, environment, lambda: KEYS, "t").event.data
    assert isinstance(made, str)
    return json.loads(made)


def test_members_that_are_personal_by_name_are_promised_as_tokens_of_bounded_length() -> None:
    members = after(ORDER)["properties"]

    assert members["email"]["type"] == "string"
    assert members["email"]["pattern"] == ONLY_PROTECTED
    assert "format" not in members["email"]
    assert members["email"]["maxLength"] > 100
    assert members["ssn"]["type"] == ["null", "string"]


def test_a_number_may_be_a_string_if_it_is_large_enough_and_text_may_be_of_any_form() -> None:
    members = after(ORDER)["properties"]

    assert members["reference"]["type"] == ["integer", "string"]
    assert members["total"] == {**members["total"], "type": ["number", "string"], "minimum": 0}
    assert members["count"] == ORDER["properties"]["count"]
    assert "maxLength" not in members["note"]
    assert "pattern" not in members["note"]


def test_what_nothing_is_ever_found_in_stays_as_it_was() -> None:
    made = after(ORDER)

    assert made["properties"]["status"] == {"enum": ["open", "done"]}
    assert made["properties"]["id"] == ORDER["properties"]["id"]
    assert (made["required"], made["additionalProperties"]) == (ORDER["required"], False)


def test_where_nothing_is_replaced_the_schema_stays_as_it_is() -> None:
    blocking = policies(raw(default="BLOCK"))

    assert after(ORDER, environment="development") is ORDER
    assert after(ORDER, blocking) is ORDER
    assert after(True) is True


def test_a_path_that_is_ignored_is_promised_as_before_and_a_whole_one_as_a_token() -> None:
    known = policies(
        raw(paths=[line("/data/note", "ignore"), line("/data/loyalty", "ENCRYPT", "national_id", whole=True)])
    )

    members = after(ORDER, known)["properties"]

    assert members["note"] == ORDER["properties"]["note"]
    assert members["loyalty"]["pattern"] == ONLY_PROTECTED


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    [
        "jane@acme.org",
        "call +1 415 555 2671",
        "4242424242424242",
        "****",
        "[REDACTED]",
        " ",
        "078-05-1120",
        "192.168.0.1",
    ]
)
ORDERS = st.fixed_dictionaries(
    {
        "id": st.uuids().map(str),
        "email": TEXT,
        "total": st.floats(0, 1e9) | st.sampled_from([4242424242424242, 5105105105105100.0]),
    },
    optional={
        "count": st.integers(0, 99),
        "reference": st.integers(0, 10**16) | st.just(4242424242424242),
        "status": st.sampled_from(["open", "done"]),
        "note": TEXT.filter(lambda text: "<" not in text),
        "ssn": st.none() | st.integers(0, 999_999_999),
        "ill": st.booleans(),
        "tests": st.lists(st.booleans() | TEXT, max_size=2),
        "loyalty": TEXT.filter(bool),
    },
)
SETS = st.sampled_from(
    [
        NO_POLICIES,
        policies(raw(default="REDACT")),
        policies(raw(default="ANONYMIZE", kinds={"email": "ENCRYPT", "us_ssn": "LOG"})),
        policies(raw(kinds={"credit_card": "BLOCK"}, paths=[line("/data/note", "ignore")])),
        policies(raw(paths=[line("/data/*", "REDACT", "credential", whole=True)])),
        policies(raw(paths=[line("/data/status", "ENCRYPT", "special_category", whole=True)])),
        policies(raw(paths=[line("/data", "ANONYMIZE", "special_category", whole=True)])),
        policies(raw(allow_test_values=True)),
    ]
)


@settings(max_examples=300)
@given(ORDERS, SETS, st.sampled_from(["development", "staging", "production"]))
def test_every_protected_event_fits(order: dict[str, Any], known: PolicySet, environment: str) -> None:
    try:
        stored = protected(order, known, environment)
    except PiiBlockedError:
        return

    assert not list(Draft202012Validator(after(ORDER, known, environment)).iter_errors(stored)), stored


HARD: list[tuple[Any, Any]] = [
    ({"$defs": {"t": {"type": "integer"}}, "properties": {"ssn": {"$ref": "#/$defs/t"}}}, {"ssn": 78051120}),
    (
        {"properties": {"ssn": {"type": "string", "maxLength": 11}, "other": {"$ref": "#/properties/ssn"}}},
        {"ssn": "078-05-1120", "other": "fine"},
    ),
    ({"oneOf": [{"type": "string", "maxLength": 13}, {"type": "string", "minLength": 14}]}, "jane@acme.org"),
    ({"not": {"type": "string", "minLength": 20}}, "jane@acme.org"),
    ({"if": {"maxLength": 13}, "then": {"maxLength": 13}, "else": {"pattern": "^x"}}, "jane@acme.org"),
    ({"patternProperties": {"@": {"type": "integer"}}, "additionalProperties": False}, {"jane@acme.org": 1}),
    ({"patternProperties": {"@": {"type": "integer"}, "^anon": {"type": "null"}}}, {"jane@acme.org": 1}),
    ({"propertyNames": {"maxLength": 13}}, {"jane@acme.org": 1}),
    ({"additionalProperties": {"type": "integer"}}, {"ssn": 78051120}),
    ({"uniqueItems": True, "items": {"type": "string"}}, ["jane@acme.org", "JANE@acme.org"]),
    ({"contains": {"const": "x"}, "maxContains": 1}, ["x", "jane@acme.org"]),
    ({"enum": ["jane@acme.org", "x"]}, "jane@acme.org"),
    ({"const": {"a": "jane@acme.org"}}, {"a": "jane@acme.org"}),
    ({"type": "object", "enum": [{"a": "jane@acme.org"}]}, {"a": "jane@acme.org"}),
    (
        {"properties": {"name": {"properties": {"first": {"type": "string", "maxLength": 5}}}}},
        {"name": {"first": "Jane"}},
    ),
    ({"properties": {"ssn": {"items": {"type": "integer"}}}}, {"ssn": [78051120]}),
    ({"prefixItems": [{"type": "integer"}, {"maxLength": 13}]}, [4242424242424242, "jane@acme.org"]),
    (
        {"allOf": [{"properties": {"dob": {"maxLength": 10}}}, {"properties": {"dob": {"pattern": "^1"}}}]},
        {"dob": "1990-01-02"},
    ),
    ({"dependentSchemas": {"a": {"properties": {"b": {"maxLength": 13}}}}}, {"a": 1, "b": "jane@acme.org"}),
    ({"unevaluatedProperties": False, "patternProperties": {"@": True}}, {"jane@acme.org": 1}),
    ({"properties": {"a/b": {"properties": {"phone": {"type": "integer"}}}}}, {"a/b": {"phone": 4155552671}}),
]  # fmt: skip


@pytest.mark.parametrize("known", [NO_POLICIES, policies(raw(default="REDACT")), policies(raw(default="ANONYMIZE"))])
@pytest.mark.parametrize(("schema", "data"), HARD, ids=lambda one: json.dumps(one)[:40])
def test_whatever_a_schema_says_it_is_not_said_wrongly(schema: Any, data: Any, known: PolicySet) -> None:
    Draft202012Validator(schema).validate(data)

    stored = protected(data, known)

    Draft202012Validator.check_schema(after(schema, known))
    Draft202012Validator(after(schema, known)).validate(stored)


@given(st.text("*•█#xX. -[]<>(){}AZ_09", max_size=12) | st.from_regex(r"\A\s*[<({\[][A-Z][A-Z0-9_ ]{1,9}[\])>}]\Z"))
def test_what_detection_takes_for_hidden_fits_the_pattern_too(text: str) -> None:
    assert re.search(ONLY_PROTECTED, text) or not is_masked(text)


def test_the_pattern_is_one_of_tokens_pseudonyms_and_marks() -> None:
    pattern = re.compile(ONLY_PROTECTED)
    stored = [protected({"email": "jane@acme.org"}, environment=one)["email"] for one in ("staging", "production")]

    assert all(pattern.search(text) for text in [*stored, "[redacted]", "****", "<EMAIL_1>", ""])
    assert not any(pattern.search(text) for text in ["jane@acme.org", "x [redacted]", "anon", "pii.v1.x"])
