import json
from typing import Any

import pytest

from events.schemas.documents.document import parse_schema
from events.schemas.documents.validator import compile_validator
from events.schemas.examples.invalid import invalid_near

ORDER = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "minLength": 3, "maxLength": 5},
        "count": {"type": "integer", "minimum": 0, "maximum": 10},
        "kind": {"enum": ["a", "b"]},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 2, "minItems": 2},
    },
}


def test_none_is_valid_and_all_differ() -> None:
    document = parse_schema(ORDER)

    found = invalid_near(document, 50)

    assert len({json.dumps(value) for value in found}) == len(found) == 50
    assert not any(map(compile_validator(document).is_valid, found))


def test_many_rules_are_broken_one_at_a_time() -> None:
    validator = compile_validator(parse_schema(ORDER))

    faults = [validator.faults(value) for value in invalid_near(parse_schema(ORDER), 200)]

    alone = {(one[0].pointer, one[0].keyword) for one in faults if len(one) == 1}
    assert {("", "required"), ("", "additionalProperties"), ("/id", "minLength"), ("/id", "maxLength")} <= alone
    assert {("/count", "minimum"), ("/count", "maximum"), ("/count", "type"), ("/kind", "enum")} <= alone
    assert {("/tags", "minItems"), ("/tags", "maxItems"), ("/tags/1", "type")} <= alone


@pytest.mark.parametrize("schema", [True, {}])
def test_where_everything_fits_there_is_none(schema: Any) -> None:
    assert invalid_near(parse_schema(schema), 5) == []


def test_where_nothing_fits_there_is_one_all_the_same() -> None:
    assert invalid_near(parse_schema(False), 1)
