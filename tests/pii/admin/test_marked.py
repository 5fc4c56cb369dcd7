"""JSON before and after, line by line, with what was found marked."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from events.pii.admin.marked import Marks, Pieces, read, rows, unseen_shown
from events.pii.policies.action import Action
from events.pii.policies.decide import PolicySet
from events.pii.preview import Previewed, preview

MAIL = "jane.doe@shop.org"
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS | st.just(f"to {MAIL}, now"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS | st.just(MAIL), inner, max_size=3),
    max_leaves=8,
)


def previewed(data: Any, action: str = "ENCRYPT") -> Previewed:
    policy = {
        "id": 1, "name": "p", "priority": 0, "type_pattern": "*", "environments": [], "kinds": {}, "paths": [],
        "default": action, "allow_test_values": False,
    }  # fmt: skip
    return preview(json.dumps(data), {}, "com.shop.made", None, PolicySet.compile({"format": 1, "policies": [policy]}))


def sides(data: Any, action: str = "ENCRYPT") -> tuple[list[Pieces], list[Pieces]]:
    found = previewed(data, action)
    before = json.dumps(data)
    made = rows(read(before), read(found.data or before), Marks.of(found.judged))
    return [row.left for row in made], [row.right for row in made]


def text(lines: list[Pieces]) -> str:
    return "\n".join("".join(piece.text for piece in line) for line in lines)


def marked(lines: list[Pieces]) -> list[str]:
    return [piece.text for line in lines for piece in line if piece.mark]


def test_what_was_found_is_marked_on_both_sides() -> None:
    left, right = sides({"note": f"to {MAIL}, or {MAIL}", "n": 1}, "REDACT")

    assert marked(left) == [MAIL, MAIL]
    assert all("REDACTED" in one.upper() for one in marked(right))
    assert json.loads(text(left)) == {"note": f"to {MAIL}, or {MAIL}", "n": 1}


def test_a_mark_says_what_was_found_and_why() -> None:
    [[_, _, mail, _, _]] = sides(MAIL)[0]

    assert mail.mark is not None
    assert (mail.mark.kind, mail.mark.action, mail.mark.because) == ("email", "ENCRYPT", "the default of the policy p")


def test_a_number_that_becomes_a_token_is_marked_whole() -> None:
    left, right = sides({"card": 4556737586899855})

    assert marked(left) == ["4556737586899855"]
    assert marked(right)[0].startswith('"pii.v1.')


def test_a_name_that_is_personal_itself_is_marked() -> None:
    left, right = sides({MAIL: {"a": 1}})

    assert marked(left) == [MAIL]
    assert marked(right)[0].startswith("pii.v1.")


def test_what_would_be_refused_is_marked_where_it_stands() -> None:
    left, right = sides({"mail": MAIL}, Action.BLOCK.value)

    assert marked(left) == [MAIL]
    assert text(left) == text(right)


@given(JSONS)
def test_both_sides_are_the_data_as_it_is_and_as_it_would_be(data: Any) -> None:
    found = previewed(data)

    left, right = sides(data)

    assert json.loads(text(left)) == data
    # Tokens are drawn anew each time: only their number is the same.
    assert text(right).count("pii.v1.") == json.dumps(found.data).count("pii.v1.")
    assert len(left) == len(right)


def test_h43_what_turns_the_direction_is_shown_as_its_code() -> None:
    assert text(sides("a\u202eb")[0]) == '"a\\u202eb"'
    assert unseen_shown("a\x1b[31m\u200bb\n") == "a\\u001b[31m\\u200bb\n"
