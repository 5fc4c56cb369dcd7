"""What a settling counts as: pure decisions."""

from typing import Any

from events.envelope import CloudEvent
from routing.numbers.count import counts_of
from routing.relay.settlement import Change, Settlement, Try
from routing.relay.work import Entry

NATS, BUS, RULE = 1, 2, 7


def entries(count: int) -> list[Entry]:
    event = CloudEvent(id="a", source="/s", type="t")
    return [Entry(sequence, 0, None, f"{sequence:032x}", event) for sequence in range(1, count + 1)]


def change(entry: Entry, state: str = "delivered", to: int = NATS, was: int | None = None, **more: Any) -> Change:
    row_destination = to if was is None else was
    return Change(entry, row_destination, more.pop("stored", False), to, state, 1, more.pop("rule", RULE), 1, **more)


def failure(outcome: str = "retryable") -> Try:
    return Try(NATS, 1, 0.1, outcome, "code", "message")


def test_a_batch_that_arrived_at_once_counts_events_matches_and_deliveries() -> None:
    three = entries(3)
    settlement = Settlement(1, done=three, arrived=[change(each) for each in three])

    counts = counts_of(settlement)

    assert counts == {("accepted", 0, 0): 3, ("matched", 0, RULE): 3, ("delivered", NATS, 0): 3}


def test_an_event_that_goes_to_two_destinations_by_one_rule_matches_it_once() -> None:
    two = entries(2)
    arrived = [change(each, to=to) for each in two for to in (NATS, BUS)]

    counts = counts_of(Settlement(1, done=two, arrived=arrived))

    assert counts["matched", 0, RULE] == 2
    assert (counts["delivered", NATS, 0], counts["delivered", BUS, 0]) == (2, 2)


def test_an_event_that_two_rules_want_matches_both() -> None:
    [one] = entries(1)
    arrived = [change(one, rule=RULE), change(one, to=BUS, rule=8)]

    counts = counts_of(Settlement(1, done=[one], arrived=arrived))

    assert (counts["matched", 0, RULE], counts["matched", 0, 8]) == (1, 1)


def test_an_event_without_a_rule_is_unrouted_and_matches_none() -> None:
    two = entries(2)

    counts = counts_of(Settlement(1, done=two, unrouted=[two[0]], arrived=[change(two[1])]))

    assert counts["unrouted", 0, 0] == 1
    assert counts["matched", 0, RULE] == 1


def test_a_duplicate_is_a_delivery_as_well() -> None:
    [one] = entries(1)

    counts = counts_of(Settlement(1, inserts=[change(one, duplicate=True)]))

    assert (counts["delivered", NATS, 0], counts["duplicate", NATS, 0]) == (1, 1)


def test_a_repeat_beyond_the_window_is_counted() -> None:
    [one] = entries(1)

    counts = counts_of(Settlement(0, updates=[change(one, stored=True, possible_duplicate=True)]))

    assert counts["possible_duplicate", NATS, 0] == 1


def test_a_try_that_failed_counts_and_an_unanswered_one_is_ambiguous_too() -> None:
    one, two = entries(2)
    updates = [
        change(one, "pending", stored=True, tries=(failure(),)),
        change(two, "dead", stored=True, again=True, tries=(failure("ambiguous"),)),
    ]

    counts = counts_of(Settlement(0, updates=updates))

    assert counts["failed", NATS, 0] == 2
    assert counts["ambiguous", NATS, 0] == 1
    assert counts["retried", NATS, 0] == 1
    assert counts["dead", NATS, 0] == 1


def test_what_moved_on_counts_as_a_failover_of_the_destination_it_left() -> None:
    one, two = entries(2)
    moved = change(one, to=BUS, was=NATS)
    spent = change(two, "pending", to=BUS, was=NATS, stored=True, tries=(failure(),))

    counts = counts_of(Settlement(1, done=[one], arrived=[moved], updates=[spent]))

    assert counts["failover", NATS, 0] == 2
    assert counts["delivered", BUS, 0] == 1
    assert counts["failed", NATS, 0] == 1


def test_what_is_only_put_off_counts_as_nothing_but_its_match() -> None:
    [one] = entries(1)

    counts = counts_of(Settlement(1, done=[one], inserts=[change(one, "pending")]))

    assert counts == {("accepted", 0, 0): 1, ("matched", 0, RULE): 1}
