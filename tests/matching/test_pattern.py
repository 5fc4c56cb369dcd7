import time
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.matching.errors import PatternError
from routing.matching.pattern import MAX_PATTERN, parse_pattern


@pytest.mark.parametrize(
    ("pattern", "type_", "matches"),
    [
        ("*", "com.example.made", True),
        ("com.example.made", "com.example.made", True),
        ("com.example.made", "com.example.made.later", False),
        ("com.example.*", "com.example.a.b.c", True),
        ("com.example.*", "com.example.", True),
        ("com.example.*", "com.example", False),
        ("*.made", "com.example.made", True),
        ("*.schema.*", "com.foundry.oms.schema.created", True),
        ("*.schema.*", "com.foundry.oms.schemas.created", False),
        ("*.schema.*", "schema.created", False),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("ab*ba", "aba", False),
        ("a*b*a", "aba", True),
        ("a*ab*b", "aabb", True),
        ("a**b", "ab", True),
        ("**", "", True),
        ("COM.*", "com.example", False),
        ("a?c", "abc", False),
        ("a[b]c", "a[b]c", True),
        ("*", "line\nbreak", True),
    ],
)
def test_a_star_is_any_run_of_characters_and_the_rest_is_literal(pattern: str, type_: str, matches: bool) -> None:
    assert parse_pattern(pattern).matches(type_) is matches


@given(pattern=st.text("ab.*", min_size=1, max_size=8), type_=st.text("ab.", max_size=12))
def test_it_agrees_with_the_shell_where_both_know_only_the_star(pattern: str, type_: str) -> None:
    assert parse_pattern(pattern).matches(type_) is fnmatchcase(type_, pattern)


@pytest.mark.parametrize("pattern", ["", "a" * (MAX_PATTERN + 1)])
def test_an_empty_or_very_long_pattern_is_refused(pattern: str) -> None:
    """H24."""
    with pytest.raises(PatternError) as refused:
        parse_pattern(pattern, "/type_pattern")

    assert refused.value.place == "/type_pattern"
    assert len(str(refused.value)) < 200


def test_a_pattern_made_to_backtrack_is_answered_at_once() -> None:
    """H24: a backtracking matcher would need longer than the universe has."""
    pattern = parse_pattern("*a" * 127 + "b")
    started = time.perf_counter()

    assert not pattern.matches("a" * 100_000)

    assert time.perf_counter() - started < 0.5
