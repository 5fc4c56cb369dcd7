"""What may happen at a place of a schema, of which some names are not known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.pii.detection import Kind
from events.pii.policies.decide import Decider
from events.pii.policies.effects import Effects, Place
from tests.pii.policies.made import found, line, policies, raw

EMAIL = (Kind.EMAIL,)


def decider(*lines: dict[str, object]) -> Decider:
    made = policies(raw(default="BLOCK", paths=list(lines))).decider("t", "production")
    assert isinstance(made, Decider)
    return made


@pytest.mark.parametrize(
    ("path", "place", "actions"),
    [
        ("/data/a", ("data", "a"), {"LOG"}),
        ("/data/a", ("data", "b"), {"BLOCK"}),
        ("/data/a", ("data", "*"), {"LOG", "BLOCK"}),
        ("/data/*", ("data", "*"), {"LOG"}),
        ("/data/**", ("data", "*", "x"), {"LOG"}),
        ("/data/**/x", ("data", "*", "x"), {"LOG"}),
        ("/data/**/x", ("data", "a"), {"BLOCK"}),
        ("/data/*/x", ("data", "*", "*"), {"LOG", "BLOCK"}),
        ("/data/a", None, {"LOG", "BLOCK"}),
        ("/subject", ("data", "a"), {"BLOCK"}),
    ],
)
def test_all_that_may_be_decided_is_named_and_nothing_that_cannot(path: str, place: Place, actions: set[str]) -> None:
    assert Effects(decider(line(path, "LOG"))).actions(place, EMAIL) == actions


def test_whether_all_of_a_place_is_personal_may_be_certain_or_possible() -> None:
    effects = Effects(decider(line("/data/a/b", "LOG", "email", whole=True)))

    assert effects.is_whole(("data", "a", "b"))
    assert not effects.is_whole(("data", "a", "*"))
    assert effects.may_be_whole(("data", "a", "*"))
    assert effects.may_be_whole(None)
    assert not effects.may_be_whole(("data", "c", "*"))


STEPS = st.lists(st.sampled_from("ab"), max_size=3)
LINES = st.lists(
    st.builds(
        lambda steps, action: line("/data" + "".join(f"/{step}" for step in steps), action),
        st.lists(st.sampled_from(["a", "b", "*", "**"]), max_size=3),
        st.sampled_from(["LOG", "REDACT", "ignore", "ENCRYPT"]),
    ),
    max_size=5,
)


@given(LINES, STEPS, st.lists(st.booleans(), min_size=3, max_size=3))
def test_what_is_decided_at_a_place_is_always_among_what_may_be(
    lines: list[dict[str, object]], steps: list[str], unknown: list[bool]
) -> None:
    made = decider(*lines)
    place = ("data", *("*" if hide else step for step, hide in zip(steps, unknown, strict=False)))

    action = made.decide(found("".join(f"/{step}" for step in ("data", *steps)))).action

    assert action in Effects(made).actions(place, EMAIL)
    assert action in Effects(made).actions(None, EMAIL)
