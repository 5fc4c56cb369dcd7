"""Order per key and destination (H8, H19): over failures, failover, late commits and two lanes."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from events.envelope import CloudEvent
from events.ingest import ingest
from routing.models import Delivery, Destination, DestinationHealth
from routing.publishers.port import Failure, Message, Outcome
from tests.relay.conftest import Installation

pytestmark = pytest.mark.storage
RETRYABLE = Failure(Outcome.RETRYABLE, "internal", "try again")


def fail_first_tries(event_id: str, tries: int) -> Callable[[Message], Failure | None]:
    """A script that refuses the first tries of one event."""
    left = [tries]

    def fail(message: Message) -> Failure | None:
        if message.event.id == event_id and left[0]:
            left[0] -= 1
            return RETRYABLE
        return None

    return fail


def delivered(count: int) -> Callable[[], bool]:
    return lambda: Delivery.objects.filter(state="delivered").count() == count


def test_h19_the_second_of_a_key_waits_for_the_first_that_fails(installation: Installation) -> None:
    first = installation.destination("first", backoff_base_seconds=0.05)
    first.script.fail = fail_first_tries("a", 2)
    installation.publish(installation.rule("first"))
    installation.accept("a", "b", "c", key="k")
    installation.accept("x", key="other")

    installation.run(delivered(4))

    ids = [message.event.id for message in first.messages]
    assert [each for each in ids if each != "x"] == ["a", "b", "c"]
    assert ids[0] == "x"


def test_events_of_a_key_that_come_while_one_waits_go_behind_it(installation: Installation) -> None:
    first = installation.destination("first", backoff_base_seconds=0.2)
    first.script.fail = fail_first_tries("a", 1)
    installation.publish(installation.rule("first"))
    drain = installation.drain()
    installation.accept("a", key="k")
    installation.run(lambda: Delivery.objects.filter(state="pending").exists(), drain=drain)

    installation.accept("b", "c", key="k")
    installation.run(delivered(3), drain=drain)

    assert [message.event.id for message in first.messages] == ["a", "b", "c"]


def test_a_dead_predecessor_lets_the_key_go_on(installation: Installation) -> None:
    first = installation.destination("first")
    first.script.fail = lambda message: (
        Failure(Outcome.PERMANENT, "malformed", "refused") if message.event.id == "a" else None
    )
    installation.publish(installation.rule("first"))
    installation.accept("a", "b", key="k")

    installation.run(delivered(1))

    assert [message.event.id for message in first.messages] == ["b"]


def test_many_events_of_few_keys_keep_their_order_with_failures(installation: Installation) -> None:
    first = installation.destination("first", backoff_base_seconds=0.01, max_attempts=10)
    tried: set[str] = set()

    def fail_once_in_seven(message: Message) -> Failure | None:
        if int(message.event.id) % 7 == 3 and message.event.id not in tried:
            tried.add(message.event.id)
            return RETRYABLE
        return None

    first.script.fail = fail_once_in_seven
    installation.publish(installation.rule("first"))
    for n in range(200):
        installation.accept(str(n), key=f"k{n % 5}")

    installation.run(delivered(200), seconds=30)

    for key in range(5):
        ids = [int(message.event.id) for message in first.messages if int(message.event.id) % 5 == key]
        assert ids == sorted(ids)


def test_failover_takes_the_next_destination_and_returns(installation: Installation) -> None:
    primary = installation.destination("primary", failover_after_seconds=0.0)
    second = installation.destination("second")
    primary.script.down = Failure(Outcome.UNREACHABLE, "refused", "connection refused")
    installation.publish(installation.rule("primary", "second", strategy="FAILOVER"))
    drain = installation.drain()
    installation.accept("a", "b", key="k")
    installation.run(delivered(2), drain=drain)
    assert [message.event.id for message in second.messages] == ["a", "b"]

    primary.script.down = None
    installation.run(
        lambda: not DestinationHealth.objects.filter(unreachable_since__isnull=False).exists(), drain=drain
    )
    installation.accept("c", key="k")
    installation.run(delivered(3), drain=drain)

    assert [message.event.id for message in primary.messages] == ["c"]


def test_failover_moves_on_when_the_attempts_are_spent(installation: Installation) -> None:
    primary = installation.destination("primary", max_attempts=2, backoff_base_seconds=0.01)
    second = installation.destination("second")
    primary.script.fail = lambda message: RETRYABLE
    installation.publish(installation.rule("primary", "second", strategy="FAILOVER"))
    installation.accept("a")

    installation.run(delivered(1))

    assert [message.event.id for message in second.messages] == ["a"]
    delivery = Delivery.objects.get()
    assert delivery.destination == Destination.objects.get(name="second")
    assert delivery.tries.count() == 2


def test_h19_a_destination_that_hangs_delays_no_other(installation: Installation) -> None:
    slow = installation.destination("slow", ack_wait_seconds=60)
    quick = installation.destination("quick")
    slow.hold()
    installation.publish(installation.rule("slow", "quick"))
    drain = installation.drain()
    installation.accept(*(f"a{n}" for n in range(50)), key="k")
    installation.run(lambda: len(quick.messages) == 50, drain=drain, seconds=5)
    installation.accept(*(f"b{n}" for n in range(50)), key="k")

    installation.run(lambda: len(quick.messages) == 100, drain=drain, seconds=5)

    assert Delivery.objects.filter(state="delivered", destination__name="quick").count() == 100
    slow.release()
    installation.run(delivered(200), drain=drain, seconds=30)
    wanted = [f"{batch}{n}" for batch in "ab" for n in range(50)]
    assert [message.event.id for message in slow.messages] == wanted


@pytest.mark.skipif("sqlite" in str(connection.settings_dict["ENGINE"]), reason="one writer at a time")
def test_h19_an_event_committed_late_with_a_lower_id_still_goes_before_its_successors(
    installation: Installation,
) -> None:
    first = installation.destination("first")
    installation.publish(installation.rule("first"))
    drain = installation.drain()
    stored, may_commit = threading.Event(), threading.Event()

    def commit_late() -> None:
        with transaction.atomic():
            ingest(CloudEvent(id="late", source="/tests", type="t", extensions={"partitionkey": "k"}))
            stored.set()
            may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=commit_late)
    thread.start()
    assert stored.wait(10)
    installation.accept(*(f"u{n}" for n in range(40)))
    installation.run(delivered(40), drain=drain)

    may_commit.set()
    thread.join()
    installation.accept("next", key="k")
    installation.run(delivered(42), drain=drain)

    ids = [message.event.id for message in first.messages]
    assert ids.index("late") < ids.index("next")


def test_h8_order_holds_over_failover_and_fail_back(installation: Installation) -> None:
    primary = installation.destination("primary", failover_after_seconds=0.0)
    second = installation.destination("second")
    second.script.delay_seconds = 0.05
    installation.publish(installation.rule("primary", "second", strategy="FAILOVER"))
    drain = installation.drain()
    for n in range(60):
        down = Failure(Outcome.UNREACHABLE, "refused", "connection refused") if n // 10 % 2 == 0 else None
        primary.script.down = down
        installation.accept(str(n), key="k")
        drain.turn()
    primary.script.down = None

    installation.run(delivered(60), drain=drain, seconds=30)

    assert len(primary.messages) + len(second.messages) == 60
    for stream in (primary, second):
        ids = [int(message.event.id) for message in stream.messages]
        assert ids == sorted(ids)
