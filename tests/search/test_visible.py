import pytest

from routing.search.wildcard import glob_pattern, like_pattern
from routing.visible import visible


@pytest.mark.parametrize("text", ["plain", "two\nlines\tand a tab", "é ü 漢字 🙂", "<b>&amp;</b>", ""])
def test_what_is_seen_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\u001b[31mred"),
        ("a\rb\x7f\x9b", "a\\u000db\\u007f\\u009b"),
        ("abc\u202egpj.exe", "abc\\u202egpj.exe"),
        ("no\u200bwidth\ufeff", "no\\u200bwidth\\ufeff"),
    ],
)
def test_what_acts_unseen_is_shown_as_its_code(text: str, shown: str) -> None:
    """H43."""
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("pattern", "like", "glob"),
    [("a.*", "a.%", "a.*"), ("50%_!*", "50!%!_!!%", "50%_!*"), ("[a]?*", "[a]?%", "[[]a][?]*")],
)
def test_only_the_star_has_a_meaning_in_the_database(pattern: str, like: str, glob: str) -> None:
    assert (like_pattern(pattern), glob_pattern(pattern)) == (like, glob)
