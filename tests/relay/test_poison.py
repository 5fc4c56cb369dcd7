"""H6: poison among good events costs the others neither their delivery nor batches of their own."""

from events.models import PendingEntry
from routing.models import Attempt, Delivery
from routing.publishers.memory import MemoryStream
from routing.publishers.port import Failure, Message, Outcome
from routing.relay.drain import Drain
from tests.relay.conftest import Installation

EVENTS = 2_000
REASONS = ("too_large", "malformed", "forbidden")


def refused(message: Message) -> Failure | None:
    """One in a hundred, for one of three reasons."""
    kind, _, number = message.event.id.partition("-")
    if kind != "mixed" or int(number) % 100:
        return None
    return Failure(Outcome.PERMANENT, REASONS[int(number) // 100 % 3], "refused")


def settled_in(installation: Installation, drain: Drain, steps: list[str], kind: str) -> int:
    """Accept events, all before the first is read, and drain them: how many batches went out for them."""
    installation.accept(*(f"{kind}-{number}" for number in range(EVENTS)))
    steps.clear()
    drain.wake.set()
    installation.run(lambda: not PendingEntry.objects.exists(), drain=drain, seconds=60)
    return steps.count("publish")


def ids(stream: MemoryStream, kind: str) -> list[str]:
    return [message.event.id for message in stream.messages if message.event.id.startswith(kind)]


def test_the_other_99_percent_are_delivered_once_and_in_no_more_batches(installation: Installation) -> None:
    """By counts, not by the clock: batches are what a rate is made of."""
    steps: list[str] = []
    stream = installation.destination("first")
    stream.script.fail = refused
    installation.publish(installation.rule("first"))
    drain = installation.drain(observe=steps.append)
    settled_in(installation, drain, steps, "warm")

    clean = settled_in(installation, drain, steps, "clean")
    mixed = settled_in(installation, drain, steps, "mixed")

    good = [f"mixed-{number}" for number in range(EVENTS) if number % 100]
    assert sorted(ids(stream, "mixed")) == sorted(good)
    assert mixed <= clean
    dead = Delivery.objects.filter(state="dead", entry__event_id__startswith="mixed-")
    assert dead.count() == EVENTS // 100
    assert set(dead.values_list("attempts", "error_class")) == {(1, reason) for reason in REASONS}
    assert Attempt.objects.count() == EVENTS // 100
    assert not Delivery.objects.filter(state="pending").exists()
