from routing.matching.difference import Change, difference
from tests.matching.rules import EVENTBRIDGE, NATS, WEBHOOK, conditional, rule, snapshot


def test_equal_snapshots_do_not_differ() -> None:
    assert difference(snapshot(rule(1, NATS)), snapshot(rule(1, NATS))) == []


def test_it_names_rules_that_came_and_went() -> None:
    gone, new = rule(1, NATS), rule(2, NATS)

    changes = difference(snapshot(gone), snapshot(new))

    assert changes == [Change("rule 1", "", gone, None), Change("rule 2", "", None, new)]


def test_it_names_each_member_that_changed_under_the_new_name() -> None:
    before, after = rule(1, NATS, priority=1), rule(1, NATS, EVENTBRIDGE, priority=2, name="renamed")

    changes = difference(snapshot(before), snapshot(after))

    assert {(change.name, change.member) for change in changes} == {
        ("renamed", "destinations"),
        ("renamed", "name"),
        ("renamed", "priority"),
    }
    assert Change("renamed", "priority", 1, 2) in changes


def test_a_change_can_be_read_by_people() -> None:
    before = conditional(1, (NATS, [{"exact": {"tenant": "acme"}}]), (EVENTBRIDGE, []))
    after = rule(1, WEBHOOK, filters=[{"prefix": {"source": "/é"}}])
    after["name"] = before["name"]

    texts = {change.member: (change.was, change.becomes) for change in difference(snapshot(before), snapshot(after))}
    [new] = difference(snapshot(), snapshot(after))

    assert texts == {
        "destinations": ('1 if [{"exact": {"tenant": "acme"}}], 2', "destination 3"),
        "filters": ("[]", '[{"prefix": {"source": "/é"}}]'),
        "strategy": ('"CONDITIONAL"', '"ALL"'),
    }
    assert (new.was, new.becomes) == ("", "* to destination 3 (ALL)")
