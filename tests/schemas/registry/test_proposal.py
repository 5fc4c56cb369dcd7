import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.schemas.registry.proposal import next_number, number_fits, parse_number

VERDICTS = ("compatible", "backward_compatible", "migration_required", "incompatible", "")
numbers = st.builds("{}.{}.{}{}".format, *[st.integers(0, 30)] * 3, st.sampled_from(["", "-rc.1", "-beta", "+b7"]))


@pytest.mark.parametrize(
    ("verdict", "proposed"),
    [
        ("compatible", "1.4.3"),
        ("backward_compatible", "1.5.0"),
        ("migration_required", "2.0.0"),
        ("incompatible", "2.0.0"),
    ],
)
def test_the_next_number_takes_the_step_that_the_verdict_asks_for(verdict: str, proposed: str) -> None:
    assert next_number("1.4.2", verdict) == proposed


def test_the_first_version_is_proposed_as_one() -> None:
    assert next_number(None, "") == "1.0.0"


def test_a_number_that_is_taken_is_not_proposed() -> None:
    assert next_number("1.0.0", "compatible", {"1.0.1", "1.0.2"}) == "1.0.3"
    assert next_number(None, "", {"1.0.0"}) == "2.0.0"


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("1.4.2", "1.4.3", "compatible"),
        ("1.4.2", "1.5.0", "compatible"),
        ("1.4.2", "3.0.0", "compatible"),
        ("1.4.2", "1.5.0", "backward_compatible"),
        ("1.4.2", "1.6.7", "backward_compatible"),
        ("1.4.2", "2.0.0-rc.1", "incompatible"),
        ("0.9.0", "1.0.0", "migration_required"),
        ("2.0.0-rc.1", "2.0.0-rc.2", "incompatible"),
        ("2.0.0-rc.1", "2.0.0", "incompatible"),
        ("1.5.0-rc.1", "1.5.0", "backward_compatible"),
    ],
)
def test_a_step_as_large_as_needed_or_larger_fits(old: str, new: str, verdict: str) -> None:
    assert number_fits(old, new, verdict) is None


@pytest.mark.parametrize(
    ("old", "new", "verdict", "said"),
    [
        ("1.4.2", "1.4.3", "backward_compatible", "1.5.0 would be next"),
        ("1.4.2", "1.5.0", "incompatible", "2.0.0 would be next"),
        ("1.4.2", "1.5.0", "migration_required", "a change that is migration required takes a major step"),
        ("1.5.0-rc.1", "1.5.0", "incompatible", "2.0.0 would be next"),
        ("1.4.2", "1.4.2", "compatible", "must be above 1.4.2: 1.4.3"),
        ("1.4.2", "1.4.2+build", "compatible", "must be above"),
        ("1.4.2", "1.4.1", "compatible", "must be above"),
        ("2.0.0", "2.0.0-rc.1", "compatible", "must be above"),
    ],
)
def test_a_step_too_small_is_told_with_the_next_number(old: str, new: str, verdict: str, said: str) -> None:
    wrong = number_fits(old, new, verdict)

    assert wrong is not None
    assert said in wrong


@given(numbers, st.sampled_from(VERDICTS), st.sets(numbers, max_size=5))
def test_what_is_proposed_fits_and_is_free(current: str, verdict: str, taken: set[str]) -> None:
    proposed = next_number(current, verdict, taken)

    assert number_fits(current, proposed, verdict) is None
    assert proposed not in taken


@pytest.mark.parametrize(
    "text", ["", "1", "1.0", "v1.0.0", "01.0.0", "1.0.0 ", "1.0.0-", "1.0.0/../x", "1" * 65, "१.0.0", "1.0.0\n"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"SemVer|characters"):
        parse_number(text)
