"""Automata say of a text what the validator says of it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.schemas.compatibility.automata import charset
from events.schemas.compatibility.automata.automaton import Words, accepts, pattern_automaton
from events.schemas.compatibility.automata.product import Wanted, shortest
from events.schemas.compatibility.budget import Budget, Meter, UndecidedError
from events.schemas.compatibility.oracle import conforms

FOLLOWED = [
    *("", "a", "^a", "a$", "^$", "^a$", "a|b", "^(a|b)$", "(^a|b)", "^a*$", "^a+b?$", "^a{2}$", "^a{1,2}$", "^a{2,}$"),
    *("^(ab)*$", "^(?:ab|c)+$", "^(?<name>a)$", "^[ab]$", "^[^ab]$", "^[a-c]{2}$", r"^\d+$", r"^\D$", r"^\w$", r"^\W$"),
    *(r"^\s$", r"^\S$", "^.$", "^..$", r"^[\w-]$", r"^[\d.]+$", r"^\.$", r"^a\/b$", r"^\u0061$", r"^\x61$", r"^\cA$"),
    *("a*?b", "^a??$", "(a|^)b", "x*", "^(a|ab)(c|bcd)$", "^(a*)*$", "^((a|b)*c)+$", r"^[^\n]$", "^é$", r"^[ -~]+$"),
    *("^[a-z]([-a-z0-9]*[a-z0-9])?$", "a.c", "$a", "a^", "^^a", "(a$|b)c?", "^[.]$", "^[$^]$", r"^\t$"),
]
TEXTS = [
    *("", "a", "b", "c", "ab", "ba", "aa", "aaa", "abc", "abab", "abcd", "abcabc", "0", "12", "1.5", "a\n", "\n", "\r"),
    *(
        " ",
        "\t",
        "\u00a0",
        "\ufeff",
        "\u0085",
        "\u2028",
        "é",
        "٣",
        "_",
        "-",
        "a-b",
        "a/b",
        ".",
        "$",
        "^",
        "\x01",
        "x",
        "😀",
    ),
    *("acbcd", "abcbcd", "aXc", "cb", "xaby", "ac", "bc"),
]
NOT_FOLLOWED = [
    r"\bfoo",
    r"\p{L}",
    "(?i:a)",
    "a{1001}",
    "[[a]",
    "[a&&b]",
    "(?=a)",
    "(?!a)",
    r"(a)\1",
    "(" * 400 + ")" * 400,
]
letters = st.text(alphabet="ab\n1é", max_size=6)


def meter(nodes: int = 100_000) -> Meter:
    return Meter(Budget(nodes=nodes))


@pytest.mark.parametrize("pattern", FOLLOWED)
def test_an_automaton_accepts_what_the_validator_accepts(pattern: str) -> None:
    automaton = pattern_automaton(pattern)

    assert automaton is not None
    assert [text for text in TEXTS if accepts(automaton, text)] == [
        text for text in TEXTS if conforms("pattern", pattern, text)
    ]


@pytest.mark.parametrize("pattern", NOT_FOLLOWED)
def test_what_is_not_followed_exactly_is_not_followed(pattern: str) -> None:
    assert pattern_automaton(pattern) is None


@st.composite
def patterns(draw: st.DrawFn) -> str:
    atoms = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", "^", "$", "é"])
    repeated = st.builds(
        lambda atom, sign: atom if atom in "^$" else atom + sign, atoms, st.sampled_from(["", "*", "+", "?", "{2}"])
    )
    sequences = st.lists(repeated, min_size=1, max_size=4).map("".join)
    grouped = st.builds(
        lambda one, other, sign: f"({one}|{other}){sign}", sequences, sequences, st.sampled_from(["", "*", "?"])
    )
    return draw(st.lists(sequences | grouped, min_size=1, max_size=3).map("".join))


@settings(max_examples=300, derandomize=True)
@given(pattern=patterns(), text=letters)
def test_generated_patterns_find_what_the_validator_finds(pattern: str, text: str) -> None:
    automaton = pattern_automaton(pattern)

    if automaton is not None:
        assert accepts(automaton, text) is conforms("pattern", pattern, text)


@settings(max_examples=150, derandomize=True)
@given(one=patterns(), other=patterns(), least=st.integers(0, 3))
def test_a_shortest_text_fits_and_none_means_none(one: str, other: str, least: int) -> None:
    automata = [pattern_automaton(pattern) for pattern in (one, other)]
    if automata[0] is None or automata[1] is None:
        return

    text = shortest(Wanted([(automata[0], True), (automata[1], False)], least, least + 2), meter())

    candidates = [text for text in TEXTS if least <= len(text) <= least + 2] if text is None else [text]
    fitting = [text for text in candidates if conforms("pattern", one, text) and not conforms("pattern", other, text)]
    assert fitting == ([] if text is None else [text])


def test_words_are_accepted_whole() -> None:
    automaton = Words(["ab", ""])

    assert [text for text in ("", "a", "ab", "abc", "b") if accepts(automaton, text)] == ["", "ab"]


def test_a_text_outside_some_words_is_found() -> None:
    word = pattern_automaton("^[ab]?$")
    assert word is not None

    assert shortest(Wanted([(word, True), (Words(["", "a"]), False)]), meter()) == "b"
    assert shortest(Wanted([(word, True), (Words(["", "a", "b"]), False)]), meter()) is None


def test_a_search_that_costs_too_much_is_given_up() -> None:
    long = pattern_automaton("^(a|b)*a(a|b){12}$")
    assert long is not None

    with pytest.raises(UndecidedError):
        shortest(Wanted([(long, True), (long, False)]), meter(nodes=50))


def test_white_space_is_that_of_ecma_262() -> None:
    found = {code for code in range(0x10000) if charset.contains(charset.SPACE, code)}

    validator = {
        code for code in range(0x10000) if not 0xD800 <= code < 0xE000 and conforms("pattern", r"^\s$", chr(code))
    }
    assert found == validator


def test_a_complement_leaves_surrogates_out() -> None:
    everything_else = charset.complement(charset.union([charset.DIGIT, ((0xD000, 0xD7FF),)]))

    assert not any(charset.contains(everything_else, code) for code in (0x30, 0xD123, 0xD800, 0xDFFF))
    assert charset.contains(everything_else, 0xE000)
    assert re.fullmatch(r"\w", chr(everything_else[-1][1])) is None
