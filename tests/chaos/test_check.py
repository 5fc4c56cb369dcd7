"""The checker finds what it is there to find, and nothing where all is well."""

import pytest

from benchmarks.chaos.far_end import Arrival
from benchmarks.chaos.layouts import ACTION, BRANCH, BUS, LOOSE, NATS, SCHEMA, SYSTEM
from benchmarks.chaos.ledger import LARGE, MALFORMED, SOURCE, Outcome
from tests.chaos.scene import Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_it_finds_nothing_wrong_with_events_that_went_where_their_tables_say(scene: Scene) -> None:
    scene.deliver(scene.record("a", SCHEMA), NATS, BUS)
    scene.deliver(scene.record("b", BRANCH), BUS)
    scene.deliver(scene.record("c", ACTION), NATS)
    scene.deliver(scene.record("d", SYSTEM), BUS)
    scene.tables.unrouted[scene.record("e", LOOSE).id] = 1

    found = scene.examine()

    assert found.wrong() == {}
    assert (found.accepted, found.delivered, found.unrouted) == (5, 4, 1)
    assert found.per_destination[BUS] == {"delivered": 3, "repeated": 0, "dead": 0}


@pytest.mark.parametrize("place", [NATS, BUS])
def test_an_event_that_is_missing_at_one_of_its_destinations_is_lost(scene: Scene, place: str) -> None:
    record = scene.record("a", SCHEMA)
    for each in (NATS, BUS):
        if each != place:
            scene.deliver(record, each)

    assert scene.examine().lost == [f"a: not at {place}"]


def test_an_event_with_a_yes_but_no_entry_is_lost(scene: Scene) -> None:
    scene.record("a", ACTION)
    del scene.tables.stored["a"]

    assert scene.examine().lost == ["a: not stored"]


def test_an_event_that_is_neither_routed_nor_known_to_be_unrouted_is_lost(scene: Scene) -> None:
    scene.record("a", LOOSE)

    assert scene.examine().lost == ["a: no table says where it goes"]


def test_a_row_that_says_delivered_does_not_make_up_for_a_missing_message(scene: Scene) -> None:
    scene.row(scene.record("a", ACTION), NATS, "delivered", receipt="EVENTS:1")

    found = scene.examine()

    assert found.lost == ["a: not at nats"]
    assert found.untrue == ["a: delivered to nats, but not there"]


def test_a_receipt_that_names_another_message_is_untrue(scene: Scene) -> None:
    record = scene.record("a", ACTION)
    scene.arrive(record, NATS)
    scene.row(record, NATS, "delivered", receipt="EVENTS:7")

    assert scene.examine().untrue == ["a: receipt EVENTS:7, but it is EVENTS:1"]


def test_an_event_goes_by_the_table_it_was_routed_by(scene: Scene) -> None:
    scene.deliver(scene.record("a", SYSTEM), NATS, version=2)
    scene.deliver(scene.record("b", SYSTEM), NATS, version=1)

    found = scene.examine()

    assert found.stray == ["b: at nats"]
    assert found.lost == ["b: not at eventbridge"]


def test_two_tables_for_one_event_are_one_too_many(scene: Scene) -> None:
    record = scene.record("a", SCHEMA)
    scene.deliver(record, NATS, version=1)
    scene.deliver(record, BUS, version=2)

    assert scene.examine().lost == ["a: no table says where it goes"]


def test_poison_is_dead_where_it_is_refused_and_delivered_elsewhere(scene: Scene) -> None:
    large = scene.record("a", SCHEMA, poison=LARGE)
    scene.row(large, NATS, "dead", error_class="too_large")
    scene.deliver(large, BUS)
    malformed = scene.record("b", SYSTEM, poison=MALFORMED)
    scene.row(malformed, BUS, "dead", error_class="malformed_detail")

    found = scene.examine()

    assert found.wrong() == {}
    assert (found.delivered, found.dead) == (0, 2)


def test_a_good_event_may_only_die_of_what_a_fault_did_to_it(scene: Scene) -> None:
    scene.row(scene.record("a", SYSTEM), BUS, "dead", error_class="internal_failure")
    scene.row(scene.record("b", SYSTEM), BUS, "dead", error_class="throttled")

    assert scene.examine().wrongly_dead == ["b: throttled at eventbridge"]


def test_what_was_rolled_back_or_never_handed_in_is_a_phantom(scene: Scene) -> None:
    scene.arrive(scene.record("a", ACTION, outcome=Outcome.ROLLED_BACK), NATS)
    scene.arrivals.append(Arrival(BUS, "b", "b-2", SOURCE, "{}", ""))

    assert scene.examine().phantom == ["a: at nats, rolled back", "b: at eventbridge, handed in by nobody"]


def test_an_event_whose_producer_never_learned_its_fate_may_be_there_or_not(scene: Scene) -> None:
    scene.arrive(scene.record("a", ACTION, outcome=Outcome.UNKNOWN), NATS)
    scene.record("b", ACTION, outcome=Outcome.UNKNOWN)

    found = scene.examine()

    assert found.wrong() == {}
    assert (found.accepted, found.unknown) == (0, 2)


def test_a_repeat_is_wrong_on_the_stream_and_counted_on_the_bus(scene: Scene) -> None:
    record = scene.record("a", SCHEMA)
    scene.deliver(record, NATS, BUS)
    scene.arrive(record, BUS)
    on_the_bus_alone = scene.examine()
    scene.arrive(record, NATS)

    assert on_the_bus_alone.wrong() == {}
    assert on_the_bus_alone.per_destination[BUS]["repeated"] == 1
    assert scene.examine().duplicates == ["aa-1: 2 times on the stream"]


def test_one_event_under_two_deduplication_ids_is_a_repeat_too(scene: Scene) -> None:
    record = scene.record("a", ACTION)
    scene.deliver(record, NATS)
    scene.arrivals.append(scene.arrivals[0]._replace(dedup_id="other-1"))

    assert scene.examine().duplicates == ["a: under several deduplication ids"]


def test_an_event_after_a_later_one_of_its_key_is_out_of_order(scene: Scene) -> None:
    first, second = (scene.record(name, ACTION, key="k", number=n) for n, name in enumerate("ab", 1))
    scene.deliver(second, NATS)
    scene.deliver(first, NATS)

    assert scene.examine().disordered == ["a: number 1 of k at nats after b"]


def test_order_counts_per_destination_and_by_the_first_time(scene: Scene) -> None:
    first, second, third = (scene.record(name, BRANCH, key="k", number=n) for n, name in enumerate("abc", 1))
    scene.deliver(second, BUS)
    scene.deliver(first, NATS)
    scene.arrive(third, BUS)
    scene.arrive(second, BUS)
    scene.deliver(third, NATS)

    found = scene.examine()

    assert found.disordered == []
    assert found.doubled == 1


def test_a_failover_after_a_crash_nobody_could_know_better_about_is_excused_and_counted(scene: Scene) -> None:
    first, second = scene.record("a", BRANCH, key="k", number=1), scene.record("b", SYSTEM, key="k", number=2)
    scene.arrive(first, NATS)
    scene.arrive(second, BUS)
    scene.deliver(first, BUS)
    scene.deliver(second, BUS)

    found = scene.examine()

    assert found.wrong() == {}
    assert (found.excused, found.doubled) == (1, 1)


def test_a_stale_copy_after_the_failover_is_out_of_order(scene: Scene) -> None:
    first, second = scene.record("a", BRANCH, key="k", number=1), scene.record("b", ACTION, key="k", number=2)
    scene.deliver(first, BUS)
    scene.deliver(second, NATS)
    scene.arrive(first, NATS)

    assert scene.examine().disordered == ["a: number 1 of k at nats after b"]


def test_a_failover_that_overtakes_is_out_of_order(scene: Scene) -> None:
    first, second = scene.record("a", BRANCH, key="k", number=1), scene.record("b", SYSTEM, key="k", number=2)
    scene.deliver(second, BUS)
    scene.arrive(first, NATS)
    scene.deliver(first, BUS)
    scene.arrive(second, BUS)

    assert scene.examine().disordered == ["a: number 1 of k at eventbridge after b"]


def test_other_keys_have_no_order_between_them(scene: Scene) -> None:
    scene.deliver(scene.record("a", ACTION, key="k", number=2), NATS)
    scene.deliver(scene.record("b", ACTION, key="l", number=1), NATS)
    scene.deliver(scene.record("c", ACTION), NATS)

    assert scene.examine().disordered == []


def test_data_that_changed_on_the_way_is_found(scene: Scene) -> None:
    record = scene.record("a", ACTION)
    scene.deliver(record, NATS)
    scene.arrivals[0] = scene.arrivals[0]._replace(data="{}")

    assert scene.examine().altered == ["a: other data at nats"]


def test_what_still_waits_is_untrue_of_a_drained_system(scene: Scene) -> None:
    scene.tables.waiting = 3

    assert scene.examine().untrue == ["3 entries and deliveries still wait"]
