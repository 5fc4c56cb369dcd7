import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.pii.policies.errors import PolicyError
from events.pii.policies.paths import MAX_PATTERN, MAX_STEPS, parse_path


@pytest.mark.parametrize(
    ("pattern", "pointer", "matches"),
    [
        ("/data/a", "/data/a", True),
        ("/data/a", "/data/a/b", False),
        ("/data/*", "/data/a", True),
        ("/data/*", "/data/a/b", False),
        ("/data/*/email", "/data/0/email", True),
        ("/data/**", "/data", True),
        ("/data/**", "/data/a/b/c", True),
        ("/data/**/email", "/data/email", True),
        ("/data/**/email", "/data/a/b/email", True),
        ("/data/**/email", "/data/a/emails", False),
        ("/**", "/subject", True),
        ("/subject", "/subject", True),
        ("/data/a.c", "/data/abc", False),
        ("/data/a~1b", "/data/a~1b", True),
        ("/data/Größe\n", "/data/Größe\n", True),
        ("/data//x", "/data//x", True),
    ],
)
def test_a_star_is_one_step_two_are_any_number_and_the_rest_is_itself(
    pattern: str, pointer: str, matches: bool
) -> None:
    assert parse_path(pattern).matches(pointer) is matches


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("", "begins with a slash"),
        ("data/a", "begins with a slash"),
        ("/customer/email", "begins with /data"),
        ("/Subject", "begins with /data"),
        ("/", "begins with /data"),
        ("/data/a*", "whole step"),
        ("/data/***", "whole step"),
        ("/data/~", "~0"),
        ("/data/\0", "U+0000"),
        ("/data/\ud800", "surrogate"),
        ("/data" + "/**" * MAX_STEPS, "steps"),
        ("/data/" + "x" * MAX_PATTERN, "characters"),
    ],
)
def test_what_is_no_path_of_an_event_is_refused_with_the_reason(pattern: str, said: str) -> None:
    with pytest.raises(PolicyError) as refused:
        parse_path(pattern, "/paths/0/path")

    [(place, message)] = refused.value.faults
    assert place == "/paths/0/path"
    assert said in message


@given(st.lists(st.text(st.characters(exclude_characters="\0*~/", exclude_categories=["Cs"])), max_size=5))
def test_a_place_is_matched_by_itself_and_by_any_of_its_steps_starred(steps: list[str]) -> None:
    pointer = "".join(f"/{step}" for step in ["data", *steps])

    assert parse_path(pointer).matches(pointer)
    assert parse_path("/data/**").matches(pointer)
    for index in range(len(steps)):
        starred = [*steps[:index], "*", *steps[index + 1 :]]
        assert parse_path("".join(f"/{step}" for step in ["data", *starred])).matches(pointer)


def test_many_double_stars_take_linear_time() -> None:
    """H24."""
    pattern = parse_path("/data" + "/**/a" * 15 + "/b")
    pointer = "/data" + "/a" * 20_000

    before = time.process_time()
    assert not pattern.matches(pointer)
    assert time.process_time() - before < 1
