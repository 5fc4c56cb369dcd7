import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.schemas.documents.patterns import compiled
from events.schemas.examples.draw import Draw, Size
from events.schemas.examples.errors import NoExampleError
from events.schemas.examples.regular import matching


def drawn(pattern: str, seed: int, most: int = 3) -> str:
    return matching(pattern, Draw(str(seed), Size.SOME), most)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "^$",
        "^abc$",
        "^a|b$",
        "^(?:a|bc|)d$",
        "^(?P<x>a)(?<y>b)$",
        "^a*b+c?d{2}e{1,3}f{2,}$",
        "^a+?b*?c{2,3}?$",
        "^(ab|c){2,4}$",
        "^[a-f0-9]{8}$",
        "^[^a-z]+$",
        "^[a\\-z\\d_.-]+$",
        "^[\\u00e0-\\u00ff]$",
        "^\\d\\D\\w\\W\\s\\S$",
        "^\\x41\\u0042\\cA\\t\\n\\.$",
        "^\\p{L}\\p{Lu}$",
        "^-\\bx$",
        "^ri\\.ontology\\.[a-z]+\\.object-type\\.[0-9a-f-]{36}$",
        "^[A-Z][A-Za-z0-9]*$",
        "^\\d{4}-(0[1-9]|1[0-2])-([0-2]\\d|3[01])$",
    ],
)
def test_it_makes_texts_that_match(pattern: str) -> None:
    made = [drawn(pattern, seed) for seed in range(20)]

    assert [text for text in made if not compiled(pattern).search(text)] == []


def test_the_texts_differ() -> None:
    assert len({drawn("^[a-z]{4}\\d*$", seed) for seed in range(50)}) > 30


@pytest.mark.parametrize(
    "pattern", ["(", "(a", "a)", "[a", "\\", "\\u12", "\\p{Han}", "(?=a)", "(?P<x", "\\x{41}", "(" * 60 + ")" * 60]
)
def test_what_it_cannot_read_makes_no_example(pattern: str) -> None:
    with pytest.raises(NoExampleError):
        drawn(pattern, 1)


@pytest.mark.parametrize("pattern", ["^(a{100}){100}$", "^(((a*)*)*)*$", "^((a{30}){30}){30}$"])
def test_repetitions_within_each_other_are_bounded(pattern: str) -> None:
    try:
        made = drawn(pattern, 1, most=1_000)
    except NoExampleError:
        made = ""

    assert len(made) <= 10_000


@given(st.text(alphabet="ab01[]()*+?|.^$\\-d{},:<>P", max_size=20), st.integers(0, 5))
def test_any_pattern_makes_a_text_or_none(pattern: str, seed: int) -> None:
    try:
        made = drawn(pattern, seed)
    except NoExampleError:
        return

    assert len(made) <= 10_000
