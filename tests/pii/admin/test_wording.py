"""Policies, and what changes of them, in words."""

from typing import Any

from events.pii.admin.wording import Line, doings, lines, path_text, summary

POLICY = {
    "id": 1, "name": "orders", "priority": 0, "type_pattern": "com.shop.*", "environments": [], "default": None,
    "kinds": {"email": "LOG", "iban": "BLOCK", "credit_card": "BLOCK"}, "paths": [], "allow_test_values": False,
}  # fmt: skip
NAME = {"path": "/data/name", "action": "REDACT", "kind": "person_name", "whole": True}


def changed(**values: Any) -> list[Line]:
    return lines({"policies": [POLICY]}, {"policies": [{**POLICY, **values}]})


def test_the_strictest_is_said_first_and_the_default_last() -> None:
    assert doings(POLICY) == [("BLOCK", "IBAN, credit card"), ("LOG", "email"), ("", "all other kinds")]


def test_a_place_is_told_with_what_it_is_about() -> None:
    assert path_text(NAME) == "all of /data/name, as person name: REDACT"
    assert path_text({"path": "/data/a", "action": "ignore", "kind": "email"}) == "/data/a for email: ignore"
    assert path_text({"path": "/data/a", "action": "LOG"}) == "/data/a: LOG"


def test_each_kind_that_changes_is_a_line() -> None:
    assert changed(kinds={"email": "ENCRYPT", "iban": "BLOCK"}) == [
        Line("changed", "orders", "credit card", "BLOCK", "as all other kinds"),
        Line("changed", "orders", "email", "LOG", "ENCRYPT"),
    ]


def test_places_that_come_and_go_are_lines() -> None:
    [line] = changed(paths=[NAME])

    assert (line.what, line.was, line.becomes) == ("path", "none", "all of /data/name, as person name: REDACT")


def test_other_members_are_told_by_their_words() -> None:
    assert [(one.what, one.was, one.becomes) for one in changed(default="LOG", environments=["staging"])] == [
        ("all other kinds", "as is usual in the environment", "LOG"),
        ("environments", "every environment", "staging"),
    ]
    assert [(one.was, one.becomes) for one in changed(allow_test_values=True)] == [("no", "yes")]


def test_policies_that_come_and_go_are_told_whole() -> None:
    [added], [removed] = (
        lines({"policies": before}, {"policies": after}) for before, after in (([], [POLICY]), ([POLICY], []))
    )

    assert (added.kind, removed.kind) == ("added", "removed")
    assert added.becomes == removed.was == summary(POLICY)
    assert summary(POLICY).startswith("com.shop.* in every environment: IBAN, credit card: BLOCK; email: LOG")
