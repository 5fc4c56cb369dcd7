from typing import Any

from events.schemas.registry.changelog import MAX_LINES, NOTHING, changelog, with_remark


def change(severity: str, path: str = "/properties/a", message: str = "it changed") -> dict[str, Any]:
    return {"path": path, "kind": "type_changed", "severity": severity, "message": message}


def test_the_gravest_changes_come_first_under_their_headings() -> None:
    text = changelog([change("INFO", "", "it was described"), change("ERROR", message="a is required")])

    assert text == "Breaking:\n- `/properties/a` a is required\n\nOther:\n- `/` it was described"


def test_a_change_is_one_line_whatever_it_says() -> None:
    assert changelog([change("WARN", message="two\n\n- lines")]).splitlines()[1:] == ["- `/properties/a` two - lines"]


def test_without_changes_it_says_so() -> None:
    assert changelog([]) == NOTHING


def test_it_is_bounded_and_says_how_much_is_left_out() -> None:
    text = changelog([change("INFO")] * (MAX_LINES + 7))

    assert text.count("\n- ") == MAX_LINES
    assert text.endswith("and 7 more changes")


def test_a_remark_is_added_where_there_is_one() -> None:
    assert with_remark("a", "Retired: b") == "a\n\nRetired: b"
    assert with_remark("a", "") == "a"
