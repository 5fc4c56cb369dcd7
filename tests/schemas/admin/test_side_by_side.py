from hypothesis import given
from hypothesis import strategies as st

from events.schemas.admin.side_by_side import Difference, Pieces, Side, changed_lines, side_by_side

TEXTS = st.lists(st.sampled_from(["{", "}", '"a": 1,', '"b": 2']), max_size=30).map("\n".join)


def difference(old: str, new: str) -> Difference:
    return side_by_side(Side("old", old), Side("new", new))


def test_the_same_text_differs_nowhere() -> None:
    assert difference("a\nb", "a\nb").identical


def test_a_changed_line_stands_beside_the_old_one_with_the_change_marked() -> None:
    [_, changed, _] = difference('{\n"maxLength": 10\n}', '{\n"maxLength": 20\n}').rows

    assert (changed.left_number, changed.right_number) == (2, 2)
    assert [text for text, marked in changed.left if marked] == ["10"]
    assert [text for text, marked in changed.right if marked] == ["20"]


def test_lines_that_have_nothing_in_common_are_not_marked() -> None:
    [changed] = difference('"type": "string"', "[1, 2, 3]").rows

    assert changed.left == [('"type": "string"', False)]


def test_far_from_a_change_the_same_lines_are_counted_only() -> None:
    lines = [f"line {number}" for number in range(100)]

    found = difference("\n".join(lines), "\n".join([*lines[:50], "new", *lines[50:]]))

    assert [row.skipped for row in found.rows if row.kind == "skip"] == [47, 47]
    assert (found.removed, found.added) == (0, 1)


@given(TEXTS, TEXTS)
def test_each_side_can_be_read_from_the_rows(old: str, new: str) -> None:
    found = difference(old, new)

    hidden = sum(row.skipped for row in found.rows)
    left = {row.left_number: joined(row.left) for row in found.rows if row.left_number}
    right = {row.right_number: joined(row.right) for row in found.rows if row.right_number}
    for lines, shown in ((old.splitlines(), left), (new.splitlines(), right)):
        assert len(shown) + hidden == len(lines)
        assert all(lines[number - 1] == text for number, text in shown.items())


def joined(pieces: Pieces) -> str:
    return "".join(text for text, _ in pieces)


def test_the_lines_that_a_branch_changed_are_known_by_number() -> None:
    assert changed_lines("a\nb\nc", "a\nx\nc\nd") == {2, 4}
