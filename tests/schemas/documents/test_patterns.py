"""H24: linear, or refused with the construct named."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.schemas.documents.document import parse_schema
from events.schemas.documents.errors import SchemaError
from events.schemas.documents.patterns import not_linear
from events.schemas.documents.validator import compile_validator


@pytest.mark.parametrize(
    ("pattern", "construct"),
    [
        ("(?=x)", "a lookahead"),
        ("a(?!x)", "a negative lookahead"),
        ("(?<=x)a", "a lookbehind"),
        ("(?<!x)a", "a negative lookbehind"),
        (r"(a)\1", "a backreference"),
        (r"(?<n>a)\k<n>", "a backreference"),
        ("(?>a)", "an atomic group"),
        ("(a)(?(1)b)", "a condition"),
        ("a++", "a possessive repetition"),
        ("a{1,1001}", "a repetition of more than 1,000 times"),
        ("[a-z]{5000}", "a repetition of more than 1,000 times"),
    ],
)
def test_it_names_the_construct_that_is_not_linear(pattern: str, construct: str) -> None:
    reason = not_linear(pattern)

    assert reason is not None
    assert construct in reason


@pytest.mark.parametrize("pattern", ["(", "[z-a]", "a**", "*", r"\p{Nothing}", "((a{1000}){1000}){1000}", "a\\"])
def test_it_says_what_is_no_regular_expression(pattern: str) -> None:
    reason = not_linear(pattern)

    assert reason is not None
    assert reason.startswith("not a regular expression")


@pytest.mark.parametrize(
    "pattern",
    ["", "(a+)+$", "[(?=x)]", r"\\(?:a|b)", r"\(\?=x", r"^\p{L}+$", r"^\d{1,1000}$", r"^é\cA\/$", "a+?", r"[\]+]+"],
)
def test_it_takes_what_is_linear(pattern: str) -> None:
    assert not_linear(pattern) is None
    assert compile_validator(parse_schema({"pattern": pattern}))


@pytest.mark.parametrize("pattern", ["a" * 10_000_000, "|".join(f"alt{n}" for n in range(100_000))])
def test_a_long_one_is_refused_in_milliseconds(pattern: str) -> None:
    started = time.perf_counter()

    assert "at most 4,096 characters" in (not_linear(pattern) or "")
    assert time.perf_counter() - started < 0.1


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"pattern": "(?=x)"}, "/pattern"),
        ({"items": {"patternProperties": {"^a/(?!x)": {}}}}, "/items/patternProperties/^a~1(?!x)"),
        ({"propertyNames": {"pattern": r"(a)\1"}}, "/propertyNames/pattern"),
    ],
)
def test_a_schema_is_refused_at_the_place_of_the_pattern(schema: Any, place: str) -> None:
    with pytest.raises(SchemaError) as raised:
        parse_schema(schema)

    assert [problem.place for problem in raised.value.problems] == [place]


def test_a_pattern_that_backtracks_elsewhere_takes_no_time_here() -> None:
    validator = compile_validator(parse_schema({"pattern": "^(a+)+$"}))
    started = time.perf_counter()

    assert not validator.is_valid("a" * 100_000 + "b")
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(("pattern", "text"), [(r"^\u00e9$", "é"), (r"^\cA$", "\x01"), (r"^\\u00e9$", r"\u00e9")])
def test_escapes_of_ecma_262_mean_what_they_mean_there(pattern: str, text: str) -> None:
    assert compile_validator(parse_schema({"pattern": pattern})).is_valid(text)


def test_one_that_only_the_validator_refuses_has_its_place_too() -> None:
    with pytest.raises(SchemaError, match=r"/items/pattern: the validator refuses it: .* too intricate"):
        parse_schema({"items": {"pattern": "(" * 500 + "a" + ")" * 500}})


@given(st.text(alphabet=r"ab()[]{}*+?|\^$.<=!:k1,-") | st.text())
def test_no_pattern_makes_another_error(pattern: str) -> None:
    try:
        document = parse_schema({"pattern": pattern})
    except SchemaError:
        return

    assert compile_validator(document).is_valid("aab") in (True, False)
