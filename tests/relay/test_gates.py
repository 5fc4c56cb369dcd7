"""Destinations that go, come back, hang, change or vanish while a drain runs (H2, H13, H19)."""

import socket
import time
from collections.abc import Callable

import pytest

from events.models import OutboxEntry
from routing import destinations, health
from routing.check_destinations import check_destinations
from routing.models import Delivery, Destination, DestinationHealth
from routing.publishers.port import Failure, Message, Outcome
from routing.relay.drain import Drain
from tests.relay.conftest import Installation

pytestmark = pytest.mark.storage


def in_state(state: str, count: int = 1) -> Callable[[], bool]:
    return lambda: Delivery.objects.filter(state=state).count() == count


def opened(drain: Drain) -> bool:
    gates = drain.keeper.gates.values()
    return bool(gates) and all(gate.is_open for gate in gates)


def refuses(event_id: str, outcome: Outcome) -> Callable[[Message], Failure | None]:
    return lambda message: Failure(outcome, "refused", "as told") if message.event.id == event_id else None


def test_h2_what_another_process_found_down_is_probed_by_whoever_runs(installation: Installation) -> None:
    first = installation.destination("first")
    installation.publish(installation.rule("first"))
    drain = installation.drain()
    installation.accept("a")
    installation.run(in_state("delivered"), drain=drain)

    health.mark_unreachable(Destination.objects.get().pk, "no_stream", "found by the scheduled check")
    installation.run(lambda: all(gate.held for gate in drain.keeper.gates.values()), drain=drain)
    installation.accept("b")
    installation.run(in_state("delivered", 2), drain=drain)

    assert [message.event.id for message in first.messages] == ["a", "b"]
    assert not DestinationHealth.objects.exclude(unreachable_since=None).exists()


def test_h19_a_destination_that_hung_until_it_refused_for_good_takes_the_next_event(installation: Installation) -> None:
    first = installation.destination("first")
    first.script.delay_seconds = 0.8
    first.script.fail = refuses("bad", Outcome.PERMANENT)
    installation.publish(installation.rule("first"))
    drain = installation.drain()
    installation.accept("bad")
    installation.run(in_state("dead"), drain=drain)

    first.script.delay_seconds = 0.0
    installation.accept("good")

    installation.run(in_state("delivered"), drain=drain, seconds=5)


def test_h2_an_event_that_is_throttled_among_others_steps_back(installation: Installation) -> None:
    first = installation.destination("first")
    first.script.fail = refuses("slow", Outcome.THROTTLED)
    installation.publish(installation.rule("first"))
    tried: list[float] = []
    answer = first.script.fail

    def count(message: Message) -> Failure | None:
        refusal = answer(message)
        if refusal is not None:
            tried.append(time.monotonic())
        return refusal

    first.script.fail = count
    drain = installation.drain()
    installation.accept("slow")
    for n in range(40):
        installation.accept(f"quick{n}")
        installation.run(in_state("delivered", n + 1), drain=drain)

    assert len(tried) < 10
    assert Delivery.objects.get(state="pending").attempts == 0


def test_a_changed_connection_is_used_although_events_never_stop(installation: Installation) -> None:
    first = installation.destination("first")
    first.script.delay_seconds = 0.02
    installation.publish(installation.rule("first"))
    drain = installation.drain()
    installation.accept("a")
    installation.run(in_state("delivered"), drain=drain)
    sent = [1]

    def flow() -> bool:
        if drain.dispatcher.gates[destination.pk].outstanding < 2:
            installation.accept(f"n{sent[0]}")
            sent[0] += 1
        return Delivery.objects.filter(receipt__startswith="other:").exists()

    destination = Destination.objects.get()
    Destination.objects.update(config={"stream": "other"})

    installation.run(flow, drain=drain, seconds=6)


def test_h13_a_destination_deleted_while_it_is_checked_harms_nobody(installation: Installation) -> None:
    installation.destination("first")
    installation.publish(installation.rule("first"))
    doomed = installation.destination("doomed")
    doomed.script.down = Failure(Outcome.UNREACHABLE, "refused", "connection refused")
    drain = installation.drain()
    drain.keeper.refresh()
    for gate in drain.keeper.gates.values():
        assert gate.checking is not None
        gate.checking.result(5)

    Destination.objects.filter(name="doomed").delete()
    installation.accept("a")

    installation.run(in_state("delivered"), drain=drain)


@pytest.mark.parametrize("config", [{"dedup_window_seconds": "soon"}, ["no", "mapping"]])
def test_h16_a_config_that_cannot_be_read_stops_its_own_destination_only(
    installation: Installation, config: object
) -> None:
    installation.destination("first")
    installation.publish(installation.rule("first"))
    Destination.objects.create(name="garbled", kind="memory", config=config)
    installation.accept("a")

    installation.run(in_state("delivered"))

    installation.run(lambda: DestinationHealth.objects.filter(error_class="misconfigured").exists())


def test_h16_the_scheduled_check_finds_a_missing_stream_and_nothing_is_sent_until_it_is_there(
    installation: Installation,
) -> None:
    first = installation.destination("first")
    installation.publish(installation.rule("first"))
    drain = installation.drain()
    installation.run(lambda: opened(drain), drain=drain)
    first.exists = False

    found = check_destinations()
    installation.run(lambda: all(gate.held for gate in drain.keeper.gates.values()), drain=drain)
    installation.accept("a")
    installation.run(in_state("pending"), drain=drain)

    assert (found["first"].ok, found["first"].code) == (False, "no_stream")
    assert DestinationHealth.objects.get().error_class == "no_stream"
    assert first.tries == []
    first.exists = True
    installation.run(in_state("delivered"), drain=drain)
    assert Delivery.objects.get().attempts == 1


def test_h19_events_do_not_wait_for_the_check_of_a_destination_that_was_just_made(installation: Installation) -> None:
    first = installation.destination("first")
    installation.publish(installation.rule("first"))
    drain = installation.drain()
    installation.run(lambda: opened(drain), drain=drain)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        config = {"servers": [f"nats://127.0.0.1:{silent.getsockname()[1]}"], "stream": "EVENTS"}
        Destination.objects.create(name="silent", kind="nats", config=config)
        installation.run(lambda: len(drain.keeper.gates) == 2, drain=drain)
        installation.accept("a")
        began = time.monotonic()

        installation.run(lambda: len(first.messages) == 1, drain=drain)

    assert time.monotonic() - began < 1.0


def test_h19_small_batches_that_wait_for_a_slow_destination_do_not_keep_events_from_a_quick_one(
    installation: Installation,
) -> None:
    slow, quick = installation.destination("slow"), installation.destination("quick")
    slow.script.delay_seconds = 0.4
    installation.publish(installation.rule("slow", "quick"))
    drain = installation.drain()
    installation.run(lambda: opened(drain), drain=drain)
    began = time.monotonic()

    def flow() -> bool:
        if len(quick.messages) == OutboxEntry.objects.count() < 20:
            installation.accept(str(len(quick.messages)))
        return len(quick.messages) == 20

    installation.run(flow, drain=drain)

    # Three batches at a time would take six times 0.4 seconds.
    assert time.monotonic() - began < 1.5


def test_h2_a_destination_paused_while_it_is_unreachable_goes_on_once_it_is_resumed(installation: Installation) -> None:
    first = installation.destination("first")
    first.script.down = Failure(Outcome.UNREACHABLE, "refused", "connection refused")
    installation.publish(installation.rule("first"))
    drain = installation.drain()
    installation.accept("a")
    installation.run(lambda: DestinationHealth.objects.exclude(unreachable_since=None).exists(), drain=drain)
    destinations.pause(Destination.objects.get(), reason="", by=None)
    first.script.down = None
    end = time.monotonic() + 1.0
    drain.run(lambda: time.monotonic() > end)
    assert first.tries == []

    destinations.resume(Destination.objects.get(), by=None)
    installation.run(in_state("delivered"), drain=drain)

    held = DestinationHealth.objects.get()
    assert held.held_since is None
    assert held.held_total_seconds > 1.0
