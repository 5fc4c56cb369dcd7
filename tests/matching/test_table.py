from collections.abc import Mapping
from typing import Any, NoReturn

import pytest

from routing.matching import table as table_module
from routing.matching.errors import FilterError, MatchingError, PatternError, TableError, UnknownFormatError
from routing.matching.table import Target, compile_table
from tests.matching.rules import EVENTBRIDGE, NATS, WEBHOOK, conditional, event, rule, snapshot, table

ACME = [{"exact": {"tenant": "acme"}}]
OTHER = [{"exact": {"tenant": "other"}}]


def plain(rule_id: int, *destinations: int) -> tuple[Target, ...]:
    return tuple(Target(destination, (), rule_id) for destination in destinations)


def test_all_sends_to_every_destination() -> None:
    assert table(rule(7, NATS, EVENTBRIDGE)).route(event()) == plain(7, NATS, EVENTBRIDGE)


def test_primary_only_sends_to_the_first() -> None:
    assert table(rule(7, NATS, EVENTBRIDGE, strategy="PRIMARY_ONLY")).route(event()) == plain(7, NATS)


def test_failover_is_one_target_with_the_others_as_fallbacks_in_order() -> None:
    routed = table(rule(7, WEBHOOK, NATS, EVENTBRIDGE, strategy="FAILOVER")).route(event())

    assert routed == (Target(WEBHOOK, (NATS, EVENTBRIDGE), 7),)


def test_conditional_sends_to_each_whose_own_condition_holds() -> None:
    rules = table(conditional(7, (NATS, ACME), (EVENTBRIDGE, OTHER), (WEBHOOK, [])))

    assert rules.route(event(extensions={"tenant": "acme"})) == plain(7, NATS, WEBHOOK)
    assert rules.route(event(extensions={"tenant": "other"})) == plain(7, EVENTBRIDGE, WEBHOOK)
    assert rules.route(event()) == plain(7, WEBHOOK)


def test_conditions_count_with_conditional_only() -> None:
    destinations = [{"id": NATS, "name": "nats", "condition": OTHER}]

    assert table(rule(7, destinations=destinations)).route(event()) == plain(7, NATS)


def test_a_conditional_rule_that_chooses_no_destination_leaves_the_event_to_later_rules() -> None:
    chooses_none = conditional(1, (NATS, ACME))

    assert table(chooses_none, rule(2, EVENTBRIDGE)).route(event()) == plain(2, EVENTBRIDGE)
    assert table(chooses_none).route(event()) == ()


def test_an_event_no_rule_wants_has_no_target() -> None:
    assert table(rule(1, NATS, type_pattern="*.other.*")).route(event()) == ()
    assert table().route(event()) == ()


def test_the_first_matching_rule_stops_the_search_unless_it_says_continue() -> None:
    stops = table(rule(1, NATS, type_pattern="org.*"), rule(2, NATS), rule(3, EVENTBRIDGE))
    goes_on = table(rule(2, NATS, **{"continue": True}), rule(3, EVENTBRIDGE), rule(4, WEBHOOK))

    assert stops.route(event()) == plain(2, NATS)
    assert goes_on.route(event()) == (*plain(2, NATS), *plain(3, EVENTBRIDGE))


def test_pattern_and_filters_must_both_hold() -> None:
    rules = table(rule(1, NATS, type_pattern="com.*", filters=ACME))

    assert rules.route(event("com.a", extensions={"tenant": "acme"}))
    assert not rules.route(event("org.a", extensions={"tenant": "acme"}))
    assert not rules.route(event("com.a"))


ON: dict[str, Any] = {"continue": True}
OVER: dict[str, Any] = {"strategy": "FAILOVER", "continue": True}


def test_a_destination_named_twice_gets_the_event_once_by_the_first_rule() -> None:
    routed = table(rule(1, NATS, **ON), rule(2, EVENTBRIDGE, NATS)).route(event())

    assert routed == (*plain(1, NATS), *plain(2, EVENTBRIDGE))


def test_a_fallback_that_gets_the_event_anyway_is_none() -> None:
    routed = table(rule(1, NATS, EVENTBRIDGE, WEBHOOK, **OVER), rule(2, EVENTBRIDGE)).route(event())

    assert set(routed) == {Target(EVENTBRIDGE, (), 2), Target(NATS, (WEBHOOK,), 1)}


@pytest.mark.parametrize(
    "rules",
    [(rule(1, NATS, EVENTBRIDGE, **OVER), rule(2, NATS)), (rule(2, NATS, **ON), rule(1, NATS, EVENTBRIDGE, **OVER))],
)
def test_a_failover_whose_first_gets_the_event_anyway_adds_nothing(rules: tuple[dict[str, Any], ...]) -> None:
    """Whichever rule came first: the plain one promises the destination itself."""
    assert table(*rules).route(event()) == plain(2, NATS)


def test_two_failovers_never_share_a_destination() -> None:
    crossed = table(rule(1, NATS, EVENTBRIDGE, **OVER), rule(2, EVENTBRIDGE, NATS, **OVER))
    shared = table(rule(1, NATS, WEBHOOK, **OVER), rule(2, EVENTBRIDGE, WEBHOOK, **OVER))

    assert crossed.route(event()) == (Target(NATS, (), 1), Target(EVENTBRIDGE, (), 2))
    assert shared.route(event()) == (Target(NATS, (WEBHOOK,), 1), Target(EVENTBRIDGE, (), 2))


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (False, "false"), (7, "7"), (-7, "-7"), (1, "1"), ("1", "1"), ("true", "true")]
)
def test_extensions_compare_by_their_canonical_text(value: str | int | bool, text: str) -> None:
    rules = table(rule(1, NATS, filters=[{"exact": {"flag": text}}]))

    assert rules.route(event(extensions={"flag": value}))


def test_the_memo_tells_apart_what_python_calls_equal() -> None:
    rules = table(rule(1, NATS, filters=[{"exact": {"flag": "true"}}]))

    assert rules.route(event(extensions={"flag": True}))
    assert not rules.route(event(extensions={"flag": 1}))
    assert rules.route(event(extensions={"flag": True}))


@pytest.mark.parametrize(
    ("name", "value", "other"),
    [
        ("id", "a", "b"),
        ("source", "/a", "/b"),
        ("subject", "a", "b"),
        ("time", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
        ("datacontenttype", "text/plain", "text/html"),
        ("dataschema", "urn:example:a", "urn:example:b"),
    ],
)
def test_every_attribute_can_be_read(name: str, value: str, other: str) -> None:
    rules = table(rule(1, NATS, filters=[{"exact": {name: value}}, {"exact": {"specversion": "1.0"}}]))

    assert rules.route(event(**{name: value}))
    assert not rules.route(event(**{name: other}))


class Untouchable(Mapping[str, str | int | bool]):
    """Extensions that must not be parsed."""

    def __getitem__(self, key: str) -> NoReturn:
        raise AssertionError("read")

    __iter__ = __len__ = __getitem__  # type: ignore[assignment]


def test_extensions_are_left_alone_when_no_rule_reads_one() -> None:
    unread = event("com.a", source="/a")
    object.__setattr__(unread, "extensions", Untouchable())

    assert table(rule(1, NATS, type_pattern="com.*", filters=[{"exact": {"source": "/a"}}])).route(unread)
    assert table(rule(1, NATS)).route(unread)


def test_an_event_is_decided_once_for_the_attributes_the_rules_read() -> None:
    rules = table(rule(1, NATS, type_pattern="com.*"))

    assert rules.route(event("com.a", subject="x")) is rules.route(event("com.a", subject="y"))


def test_the_memo_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "MEMO_ENTRIES", 3)
    rules = table(rule(1, NATS, filters=[{"prefix": {"note": "1"}}]))
    long = "1" * 2_000

    routed = [bool(rules.route(event(extensions={"note": str(n)}))) for n in range(20)]

    assert routed == [str(n).startswith("1") for n in range(20)]
    assert rules.route(event(extensions={"note": long}))
    assert len(rules._memo) <= 3
    assert (long,) not in rules._memo


def test_explain_names_the_first_condition_that_failed_of_each_rule() -> None:
    rules = table(
        rule(1, NATS, type_pattern="org.*"),
        rule(2, NATS, filters=[{"exact": {"source": "/example"}}, {"any": [{"exact": {"subject": "wanted"}}]}]),
        conditional(3, (NATS, ACME)),
        rule(4, NATS),
        rule(5, EVENTBRIDGE),
    )

    verdicts = rules.explain(event(subject="given"))

    assert [(v.rule_id, v.matched, v.failed) for v in verdicts] == [
        (1, False, "type pattern 'org.*'"),
        (2, False, "/rules/1/filters/1/any: none of 1 holds"),
        (3, False, "no destination's own condition holds"),
        (4, True, None),
        (5, False, "not tried: rule 4 stopped the search"),
    ]


@pytest.mark.parametrize("format_", [None, 0, 2, "1", True])
def test_a_snapshot_of_another_format_is_refused(format_: object) -> None:
    with pytest.raises(UnknownFormatError):
        compile_table({"format": format_, "rules": []})


@pytest.mark.parametrize(
    ("changes", "error", "place"),
    [
        ({"id": "1"}, TableError, "/rules/0/id"),
        ({"id": True}, TableError, "/rules/0/id"),
        ({"continue": None}, TableError, "/rules/0/continue"),
        ({"strategy": "SOME"}, TableError, "/rules/0/strategy"),
        ({"destinations": []}, TableError, "/rules/0/destinations"),
        ({"destinations": [7]}, TableError, "/rules/0/destinations/0"),
        ({"type_pattern": ""}, PatternError, "/rules/0/type_pattern"),
        ({"filters": None}, FilterError, "/rules/0/filters"),
        ({"filters": [{"sql": "1"}]}, FilterError, "/rules/0/filters/0/sql"),
        (
            {"strategy": "CONDITIONAL", "destinations": [{"id": 1, "name": "n", "condition": 1}]},
            FilterError,
            "/rules/0/destinations/0/condition",
        ),
    ],
)
def test_a_broken_snapshot_is_refused_with_the_place(
    changes: dict[str, Any], error: type[MatchingError], place: str
) -> None:
    with pytest.raises(error) as refused:
        compile_table(snapshot({**rule(1, NATS), **changes}))

    assert refused.value.place == place


@pytest.mark.parametrize("rules", [None, {}, "all"])
def test_rules_must_be_a_list(rules: object) -> None:
    with pytest.raises(TableError):
        compile_table({"format": 1, "rules": rules})
