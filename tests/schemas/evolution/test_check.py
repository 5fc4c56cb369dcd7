from typing import Any

import pytest

from events.schemas.documents.document import parse_schema
from events.schemas.documents.errors import SchemaError
from events.schemas.evolution.check import check, check_round_trip

TEXT = {"type": "string"}


def closed(required: str = "", **properties: Any) -> Any:
    return parse_schema(
        {"type": "object", "properties": properties, "required": required.split(), "additionalProperties": False}
    )


def test_steps_that_do_what_they_say_have_no_problems() -> None:
    steps = [{"op": "rename", "path": "/a", "to": "b"}, {"op": "set_default", "path": "/b", "value": ""}]

    assert check(steps, closed(a=TEXT), closed("b", b=TEXT)) == []


def test_a_step_that_fails_is_named_with_its_fault_and_an_example() -> None:
    steps = [{"op": "rename", "path": "/a", "to": "b"}, {"op": "cast", "path": "/b", "to": "integer"}]

    (problem,) = check(steps, closed("a", a={"enum": ["seven"]}), closed("b", b={"type": "integer"}))

    assert problem.place == "/1"
    assert problem.message.startswith("/b is no integer")
    assert problem.message.endswith('for example {"a": "seven"}')


def test_a_result_that_does_not_fit_is_shown_with_its_fault() -> None:
    problems = check([{"op": "remove", "path": "/b"}], closed("a", a={"const": 1}), closed("c", c=TEXT))

    assert {problem.place for problem in problems} == {""}
    assert any('must have the member "c"' in problem.message for problem in problems)
    assert all('{"a": 1} becomes {"a": 1}' in problem.message for problem in problems)


def test_one_problem_of_many_examples_is_told_once() -> None:
    assert len(check([], closed("a", a=TEXT), closed("a", a={"type": "integer"}))) == 1


def test_what_are_no_steps_is_told_as_such() -> None:
    with pytest.raises(SchemaError):
        check([{"op": "x"}], closed(), closed())


def test_up_and_down_again_must_be_valid_and_may_lose_nothing() -> None:
    up, down = [{"op": "rename", "path": "/a", "to": "b"}], [{"op": "rename", "path": "/b", "to": "a"}]

    trip = check_round_trip(up, down, closed("a", a=TEXT), closed("b", b=TEXT))

    assert trip.problems == []
    assert trip.loss == ""


def test_it_says_what_the_way_up_and_down_loses() -> None:
    up, down = [{"op": "remove", "path": "/b"}], [{"op": "set_default", "path": "/b", "value": "none"}]

    trip = check_round_trip(up, down, closed("b", b={"const": "some"}), closed())

    assert [problem.place for problem in trip.problems] == [""]
    assert trip.loss == 'up and down again, {"b": "some"} becomes {"b": "none"}'
