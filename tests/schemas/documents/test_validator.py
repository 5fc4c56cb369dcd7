import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.schemas.documents.document import parse_schema
from events.schemas.documents.faults import MAX_FAULTS, Fault
from events.schemas.documents.validator import Validator, compile_validator

MARK = "MARKER-4711"
DRAFT_7 = {"$schema": "http://json-schema.org/draft-07/schema#"}
ORDER = {
    "type": "object",
    "required": ["id", "items"],
    "properties": {
        "id": {"type": "string"},
        "items": {"type": "array", "items": {"properties": {"price": {"minimum": 0}}}},
        "labels": {"additionalProperties": {"maxLength": 3}},
    },
}


def validator_of(schema: Any) -> Validator:
    return compile_validator(parse_schema(schema))


def faults_of(schema: Any, value: Any) -> list[Fault]:
    return validator_of(schema).faults(value)


def test_a_valid_value_has_no_faults() -> None:
    validator = validator_of(ORDER)
    value = {"id": "a", "items": [{"price": 1}]}

    assert validator.is_valid(value)
    assert validator.faults(value) == []


def test_it_says_all_faults_at_once_each_with_its_place() -> None:
    faults = faults_of(ORDER, {"items": [{"price": 1}, {"price": -1}, {"price": -2}]})

    assert sorted(faults) == [
        Fault("", "required", 'must have the member "id"'),
        Fault("/items/1/price", "minimum", "must be at least 0"),
        Fault("/items/2/price", "minimum", "must be at least 0"),
    ]


def test_it_says_when_there_are_more() -> None:
    faults = faults_of({"items": {"type": "string"}}, list(range(500)))

    assert len(faults) == MAX_FAULTS + 1
    assert faults[-1] == Fault("", "more", "there are more than these")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer"}, MARK),
        ({"const": 1}, MARK),
        ({"enum": [1, "a"]}, MARK),
        ({"format": "date-time"}, MARK),
        ({"format": "email"}, MARK),
        ({"pattern": "^[a-z]+$"}, MARK),
        ({"maxLength": 3}, MARK),
        ({"minLength": 30}, MARK),
        ({"not": {"type": "string"}}, MARK),
        ({"anyOf": [{"type": "integer"}, {"maxLength": 2}]}, MARK),
        ({"anyOf": [{"const": 1}, {"const": 2}]}, MARK),
        ({"oneOf": [{"type": "string"}, {"minLength": 1}]}, MARK),
        ({"allOf": [{"maxLength": 1}, {"pattern": "^$"}]}, MARK),
        ({"if": {"type": "string"}, "then": {"maxLength": 2}}, MARK),
        (False, MARK),
        ({"uniqueItems": True}, [MARK, MARK]),
        ({"items": {"type": "null"}}, [MARK]),
        ({"prefixItems": [True], "items": False}, [1, MARK]),
        ({"contains": {"type": "integer"}}, [MARK]),
        ({"contains": {"type": "string"}, "maxContains": 1}, [MARK, MARK]),
        ({"unevaluatedItems": False}, [MARK]),
        ({"maxItems": 0}, [MARK]),
        ({"additionalProperties": False}, {MARK: MARK}),
        ({"unevaluatedProperties": False}, {MARK: MARK}),
        ({"additionalProperties": {"type": "integer"}}, {MARK: MARK}),
        ({"patternProperties": {"^M": {"type": "integer"}}}, {MARK: MARK}),
        ({"patternProperties": {"^M": False}}, {MARK: MARK}),
        ({"propertyNames": {"maxLength": 3}}, {MARK: 1}),
        ({"propertyNames": {"enum": ["a"]}}, {MARK: 1}),
        ({"propertyNames": {"anyOf": [{"const": "a"}, {"pattern": "^b$"}]}}, {MARK: 1}),
        ({"maxProperties": 0}, {MARK: MARK}),
        ({"additionalProperties": {"required": ["a"]}}, {MARK: {}}),
        ({"properties": {"a": {"additionalProperties": {"items": {"maximum": 1}}}}}, {"a": {MARK: [4711]}}),
        ({"dependentRequired": {"a": ["b"]}}, {"a": MARK}),
        ({"dependentSchemas": {"a": False}}, {"a": MARK}),
        ({"maximum": 5}, 4711),
        ({"multipleOf": 2}, 4711),
        ({"exclusiveMinimum": 5000}, 4711),
        ({**DRAFT_7, "items": [True], "additionalItems": False}, [1, MARK]),
        ({**DRAFT_7, "dependencies": {"a": ["b"]}}, {"a": MARK}),
        ({**DRAFT_7, "contentEncoding": "base64", "contentMediaType": "application/json"}, MARK),
        ({"type": "integer"}, {MARK: [MARK]}),
    ],
)
def test_no_fault_holds_a_value_or_an_unknown_name_of_the_data(schema: Any, value: Any) -> None:
    faults = faults_of(schema, value)

    assert faults
    told = json.dumps([fault.as_json() for fault in faults])
    assert MARK not in told
    assert "4711" not in told


def test_places_name_only_members_that_the_schema_names() -> None:
    faults = faults_of(ORDER, {"id": "a", "items": [], "labels": {MARK: "long", "id": "long"}})

    assert {fault.pointer for fault in faults} == {"/labels/*", "/labels/id"}


def test_unknown_members_are_counted_and_named_where_the_schema_knows_the_name() -> None:
    schema = {"properties": {"a": {"additionalProperties": False, "properties": {"b": {}}}, "c": {}}}

    (fault,) = faults_of(schema, {"a": {"b": 1, "c": 2, MARK: 3}})

    assert fault == Fault(
        "/a", "additionalProperties", 'has members that the schema does not know here: "c" and 1 more'
    )


def test_of_alternatives_the_one_that_comes_closest_is_explained() -> None:
    schema = {
        "oneOf": [
            {"properties": {"kind": {"const": "card"}, "number": {"type": "string"}}, "required": ["kind", "number"]},
            {"properties": {"kind": {"const": "cash"}, "amount": {"minimum": 0}}, "required": ["kind", "amount"]},
            {"type": "null"},
        ]
    }

    assert faults_of(schema, {"kind": "cash", "amount": -1}) == [Fault("/amount", "minimum", "must be at least 0")]


def test_of_alternatives_that_are_equally_far_none_is() -> None:
    assert faults_of({"anyOf": [{"const": 1}, {"const": 2}]}, 3) == [Fault("", "anyOf", "fits none of 2 alternatives")]


@pytest.mark.parametrize("dialect", [{}, DRAFT_7])
@pytest.mark.parametrize(
    ("name", "valid", "invalid"),
    [
        ("date", "2026-02-28", "2026-02-30"),
        ("date-time", "2026-01-01T00:00:00Z", "2026-01-01"),
        ("uri", "https://example.com", "no uri"),
        ("email", "a@example.com", "a@"),
        ("ipv4", "192.0.2.1", "192.0.2.256"),
    ],
)
def test_formats_are_asserted_in_both_drafts(dialect: dict[str, Any], name: str, valid: str, invalid: str) -> None:
    validator = validator_of({**dialect, "format": name})

    assert validator.is_valid(valid)
    assert not validator.is_valid(invalid)


@pytest.mark.parametrize("value", ["\ud800", {1: 2}, float("nan"), {1, 2}])
def test_what_is_no_json_is_not_valid(value: Any) -> None:
    validator = validator_of({"type": ["object", "string", "number"]})

    assert not validator.is_valid(value)
    assert validator.faults(value)


def test_looking_for_every_fault_has_an_end_where_the_schema_multiplies() -> None:
    """H20: the validator would build 2 to the power of 60 errors."""
    twice = {"properties": {"a": {"$ref": "#"}}}
    validator = validator_of({"type": ["object", "null"], "allOf": [twice, twice]})
    value: Any = 1
    for _ in range(60):
        value = {"a": value}
    started = time.perf_counter()

    faults = validator.faults(value)

    assert time.perf_counter() - started < 5
    assert [fault.message for fault in faults] == [
        "does not fit, and the schema tries too many combinations to say where"
    ]


def test_of_a_large_value_the_first_fault_is_said() -> None:
    faults = faults_of({"items": {"type": "string"}}, [1] * 50_000)

    assert faults[0] == Fault("/0", "type", "must be string")
    assert "this is the first" in faults[1].message


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf", "allOf"])
def test_the_deepest_value_does_not_overrun_the_stack(keyword: str) -> None:
    schema: dict[str, Any] = {"properties": {"a": {"$ref": "#"}}, "required": ["a"]}
    for _ in range(14):
        schema = {keyword: [schema]}
    value: Any = {}
    for _ in range(127):
        value = {"a": value}

    started = time.perf_counter()

    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(validator_of(schema).faults, value).result()
    assert time.perf_counter() - started < 5


def test_threads_may_share_one() -> None:
    validator = validator_of(ORDER)
    values = [{"id": "a", "items": [{"price": n - 50}]} for n in range(100)]

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(validator.faults, values * 5))

    assert [len(faults) for faults in found] == ([1] * 50 + [0] * 50) * 5


@given(st.recursive(st.none() | st.floats() | st.text(), lambda v: st.lists(v) | st.dictionaries(st.text(), v)))
def test_it_has_faults_exactly_where_it_is_not_valid(value: Any) -> None:
    validator = validator_of({"type": ["object", "null"], "additionalProperties": {"type": "string", "maxLength": 2}})

    assert validator.is_valid(value) == (not validator.faults(value))
