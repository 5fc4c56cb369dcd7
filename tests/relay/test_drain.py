"""What reaches a destination, and what the tables say of it."""

import time

import pytest

from events.models import PendingEntry
from routing.models import Attempt, BatchNote, Delivery, Unrouted
from routing.publishers.port import Failure, Outcome
from tests.relay.conftest import Installation

pytestmark = pytest.mark.storage


def test_it_delivers_to_every_destination_of_the_rule(installation: Installation) -> None:
    first, second = installation.destination("first"), installation.destination("second")
    version = installation.publish(installation.rule("first", "second"))
    installation.accept("a", "b", "c")

    installation.run(lambda: Delivery.objects.filter(state="delivered").count() == 6)

    assert [message.event.id for message in first.messages] == ["a", "b", "c"]
    assert [message.event.data for message in second.messages] == ['{"n":"a"}', '{"n":"b"}', '{"n":"c"}']
    delivery = Delivery.objects.get(entry__event_id="b", destination__name="first")
    assert (delivery.table_version, delivery.rule_id, delivery.attempts) == (version, 1, 1)
    assert delivery.receipt == "first:2"
    assert not PendingEntry.objects.exists()
    assert not BatchNote.objects.exists()


def test_it_keeps_an_event_no_rule_wants_as_unrouted(installation: Installation) -> None:
    installation.destination("first")
    version = installation.publish(installation.rule("first", type_pattern="other.*"))
    installation.accept("a")

    installation.run(lambda: Unrouted.objects.exists())

    assert Unrouted.objects.get().table_version == version
    assert not PendingEntry.objects.exists()
    assert not Delivery.objects.exists()


def test_it_routes_by_the_table_published_last(installation: Installation) -> None:
    first, second = installation.destination("first"), installation.destination("second")
    installation.publish(installation.rule("first"))
    drain = installation.drain()
    installation.accept("a")
    installation.run(lambda: len(first.messages) == 1, drain=drain)

    installation.publish(installation.rule("second"))
    drain.next_tick = 0
    installation.accept("b")
    installation.run(lambda: len(second.messages) == 1, drain=drain)

    assert [message.event.id for message in second.messages] == ["b"]


def test_h6_a_permanent_refusal_is_dead_at_once_and_the_rest_arrives(installation: Installation) -> None:
    first = installation.destination("first")
    first.script.fail = lambda message: (
        Failure(Outcome.PERMANENT, "malformed", "refused") if message.event.id == "bad" else None
    )
    installation.publish(installation.rule("first"))
    installation.accept("a", "bad", "b")

    installation.run(lambda: Delivery.objects.exclude(state="pending").count() == 3)

    dead = Delivery.objects.get(state="dead")
    assert (dead.entry.event_id, dead.attempts, dead.error_class) == ("bad", 1, "malformed")
    assert [message.event.id for message in first.messages] == ["a", "b"]
    assert Attempt.objects.get().outcome == "permanent"


def test_it_gives_up_after_the_destinations_attempts(installation: Installation) -> None:
    first = installation.destination("first", max_attempts=3, backoff_base_seconds=0.01)
    first.script.fail = lambda message: Failure(Outcome.RETRYABLE, "internal", "try again")
    installation.publish(installation.rule("first"))
    installation.accept("a")

    installation.run(lambda: Delivery.objects.filter(state="dead").exists())

    assert Delivery.objects.get().attempts == 3
    assert list(Attempt.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_an_unreachable_destination_burns_no_attempt_and_gets_its_backlog_when_it_is_back(
    installation: Installation,
) -> None:
    first = installation.destination("first")
    other = installation.destination("other")
    first.script.down = Failure(Outcome.UNREACHABLE, "refused", "connection refused")
    installation.publish(installation.rule("first", "other"))
    installation.accept(*(str(n) for n in range(20)))
    drain = installation.drain()
    installation.run(lambda: len(other.messages) == 20, drain=drain)
    assert first.messages == []

    first.script.down = None
    installation.run(lambda: Delivery.objects.filter(state="delivered").count() == 40, drain=drain)

    assert len(first.messages) == 20
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}
    assert not Attempt.objects.exists()


def test_a_paused_destination_keeps_its_deliveries_until_it_is_resumed(installation: Installation) -> None:
    first = installation.destination("first", paused=True)
    installation.publish(installation.rule("first"))
    installation.accept("a")
    drain = installation.drain()
    installation.run(lambda: Delivery.objects.filter(state="pending").exists(), drain=drain)
    assert first.messages == []

    Delivery.objects.get().destination.__class__.objects.update(paused=False)
    installation.run(lambda: Delivery.objects.filter(state="delivered").exists(), drain=drain)

    assert len(first.messages) == 1


def test_what_is_in_hand_is_not_taken_up_again_between_two_sweeps(installation: Installation) -> None:
    first = installation.destination("first")
    installation.publish(installation.rule("first"))
    first.hold()
    drain = installation.drain()
    installation.accept("a", "b", "c", key="k")
    end = time.monotonic() + 10
    while not drain.fresh and time.monotonic() < end:
        drain.turn()
    now = time.monotonic()
    drain.next_sweep = now
    for late in ("d", "e"):
        installation.accept(late, key="another")
        drain.wake.set()
        drain.take_up(now)

    in_hand = [entry.event.id for batch in drain.fresh for entry in batch.entries]
    first.release()
    assert in_hand == ["a", "b", "c", "d", "e"]
