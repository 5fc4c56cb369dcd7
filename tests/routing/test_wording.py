from typing import Any

import pytest

from routing.wording import Difference, differences, duration, filters_text, ordinal, summary
from tests.matching.rules import EVENTBRIDGE, NATS, rule, snapshot


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, ""), (0, "0 s"), (59.9, "59 s"), (60, "1 min"), (7199, "1 h"), (86_400, "1 d"), (10**7, "115 d")],
)
def test_a_duration_is_told_in_its_largest_unit(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


def test_places_are_counted() -> None:
    assert [ordinal(place) for place in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("filters", "text"),
    [
        ([], "no filters"),
        ([{"exact": {"tenant": "acme"}}], 'tenant is "acme"'),
        ([{"prefix": {"source": "/a", "type": "b"}}], 'source begins with "/a" and type begins with "b"'),
        ([{"not": {"suffix": {"type": ".x"}}}], 'not (type ends with ".x")'),
        ([{"any": [{"exact": {"a": "1"}}, {"exact": {"b": "2"}}]}, {"all": [{"exact": {"c": "3"}}]}],
         '(a is "1" or b is "2") and c is "3"'),
        ([{"any": [{"all": [{"exact": {"a": "1"}}, {"exact": {"b": "2"}}]}, {"exact": {"c": "3"}}]}],
         '((a is "1" and b is "2") or c is "3")'),
        ([{"sql": "x"}], "filters that cannot be read"),
        ({"exact": 1}, "filters that cannot be read"),
        (None, "filters that cannot be read"),
    ],
)  # fmt: skip
def test_filters_are_read_out(filters: Any, text: str) -> None:
    assert filters_text(filters) == text


def test_equal_snapshots_have_no_difference() -> None:
    assert differences(snapshot(rule(1, NATS)), snapshot(rule(1, NATS))) == []
    assert summary([]) == "nothing"


def test_rules_that_came_and_went_are_told_in_a_line() -> None:
    found = differences(snapshot(rule(1, NATS)), snapshot(rule(2, NATS, EVENTBRIDGE)))

    assert [(one.kind, one.rule) for one in found] == [("removed", "rule 1"), ("added", "rule 2")]
    assert found[0].was == "* to destination 1 (ALL), stop"
    assert found[1].becomes == "* to destination 1, destination 2 (ALL), stop"
    assert summary(found) == "1 added, 1 removed"


def test_each_member_that_changed_is_told_from_what_to_what() -> None:
    before, after = rule(1, NATS), rule(1, NATS, strategy="FAILOVER", filters=[{"exact": {"tenant": "acme"}}])
    after["continue"] = True

    assert differences(snapshot(before), snapshot(after)) == [
        Difference("changed", "rule 1", 1, "filters", "no filters", 'tenant is "acme"'),
        Difference("changed", "rule 1", 1, "strategy", "ALL", "FAILOVER"),
        Difference("changed", "rule 1", 1, "after a match", "stop", "continue"),
    ]


def test_another_order_is_told_of_the_rule_that_was_moved() -> None:
    one, two, three = (rule(id_, NATS, priority=9 - id_) for id_ in (1, 2, 3))
    moved = {**three, "priority": 100}

    found = differences(snapshot(one, two, three), snapshot(moved, one, two))

    assert [(each.kind, each.rule, each.was, each.becomes) for each in found] == [
        ("changed", "rule 3", "6", "100"),
        ("moved", "rule 3", "3rd", "1st"),
    ]
    assert summary(found) == "1 changed"


def test_a_rename_that_changes_the_order_is_told() -> None:
    """Rules of one priority are tried by name."""
    one, two = rule(1, NATS, name="b"), rule(2, NATS, name="c")
    renamed = {**two, "name": "a"}

    found = differences(snapshot(one, two), snapshot(renamed, one))

    assert ("moved", "a", "2nd", "1st") in [(each.kind, each.rule, each.was, each.becomes) for each in found]
