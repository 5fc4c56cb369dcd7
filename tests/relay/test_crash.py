"""A worker that dies, stalls or is joined by another (H1, H5, H15, H17)."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from events.models import PendingEntry
from routing.models import BatchNote, Delivery, Destination, RelayWorker, ShardLease
from routing.publishers.port import Failure, Outcome
from routing.relay import leases
from routing.relay.drain import LAST_TRY, Observer
from routing.relay.work import Work
from tests.relay.conftest import Installation

pytestmark = pytest.mark.storage


Admit = Callable[[list[Work], dict[str, int]], None]


class Killed(BaseException):
    """Ends a drain at a labelled step, as kill -9 does: nothing after it runs."""


def dies_at(step: str, times: int = 1) -> Observer:
    left = [times]

    def observe(reached: str) -> None:
        if reached == step and left[0]:
            left[0] -= 1
            raise Killed

    return observe


def expire_leases() -> None:
    ShardLease.objects.update(expires_at=Now() - timedelta(seconds=1))
    RelayWorker.objects.update(expires_at=Now() - timedelta(seconds=1))


@pytest.mark.parametrize("step", ["claim", "publish", "ack", "settle"])
def test_h1_a_worker_killed_at_any_step_loses_nothing_and_repeats_nothing(
    installation: Installation, step: str
) -> None:
    first = installation.destination("first")
    installation.publish(installation.rule("first"))
    installation.accept(*(str(n) for n in range(30)), key="k")
    with pytest.raises(Killed):
        installation.run(lambda: False, drain=installation.drain(observe=dies_at(step)))
    expire_leases()

    installation.run(
        lambda: not PendingEntry.objects.exists() and not Delivery.objects.filter(state="pending").exists()
    )

    assert [message.event.id for message in first.messages] == [str(n) for n in range(30)]
    assert Delivery.objects.filter(state="delivered").count() == 30
    assert not BatchNote.objects.exists()


def test_h1_the_successor_routes_by_the_table_the_batch_was_taken_under(installation: Installation) -> None:
    first, second = installation.destination("first"), installation.destination("second")
    old = installation.publish(installation.rule("first"))
    installation.accept("a", "b")
    with pytest.raises(Killed):
        installation.run(lambda: False, drain=installation.drain(observe=dies_at("ack")))
    new = installation.publish(installation.rule("second"))
    installation.accept("c")
    expire_leases()

    installation.run(lambda: Delivery.objects.filter(state="delivered").count() == 3)

    assert sorted(message.event.id for message in first.messages) == ["a", "b"]
    assert [message.event.id for message in second.messages] == ["c"]
    versions = dict(Delivery.objects.values_list("entry__event_id", "table_version"))
    assert versions == {"a": old, "b": old, "c": new}


def test_h1_an_event_that_kills_every_worker_is_singled_out_and_dead(installation: Installation) -> None:
    first = installation.destination("first")
    installation.publish(installation.rule("first"))
    for n in range(70):
        installation.accept(str(n), key="k")
    deaths = 0

    while Delivery.objects.filter(state="dead").count() == 0 and deaths < 20:
        drain = installation.drain()
        poisonous = drain.dispatcher.admit

        def admit(works: list[Work], blocked: dict[str, int], go_on: Admit = poisonous) -> None:
            if any(work.entry.event.id == "33" for work in works):
                raise Killed
            go_on(works, blocked)

        drain.dispatcher.admit = admit  # type: ignore[method-assign, assignment]
        try:
            installation.run(lambda: Delivery.objects.exclude(state="pending").count() == 70, drain=drain)
        except Killed:
            deaths += 1
            expire_leases()

    assert Delivery.objects.get(state="dead").entry.event_id == "33"
    assert Delivery.objects.get(state="dead").error_class == "worker_lost"
    installation.run(lambda: Delivery.objects.filter(state="delivered").count() == 69)
    assert [message.event.id for message in first.messages] == [str(n) for n in range(70) if n != 33]
    assert LAST_TRY <= deaths <= LAST_TRY + 3


def test_h17_a_worker_whose_lease_has_passed_cannot_settle(installation: Installation) -> None:
    first = installation.destination("first")
    installation.publish(installation.rule("first"))
    installation.accept("a", "b")
    stalled = installation.drain(ttl=30)
    first.hold()
    end = time.monotonic() + 30
    while not stalled.fresh and time.monotonic() < end:
        stalled.turn()
    assert stalled.fresh
    expire_leases()
    first.release()
    installation.run(lambda: Delivery.objects.filter(state="delivered").count() == 2)

    while stalled.fresh:
        stalled.finish()

    assert Delivery.objects.count() == 2
    assert Delivery.objects.filter(state="delivered").count() == 2
    assert [message.event.id for message in first.messages] == ["a", "b"]


def test_h17_a_worker_paused_past_its_lease_between_claim_and_publish_sends_nothing(installation: Installation) -> None:
    first, second = installation.destination("first"), installation.destination("second")
    installation.publish(installation.rule("first"))
    installation.accept("a", "b", key="k")

    def pause(step: str) -> None:
        if step == "claim":
            expire_leases()
            stalled.holdings._deadline = 0.0
            installation.publish(installation.rule("second"))
            installation.run(lambda: Delivery.objects.filter(state="delivered").count() == 2)

    stalled = installation.drain(observe=pause)
    installation.run(lambda: Delivery.objects.exists() and not stalled.fresh, drain=stalled)

    assert [message.event.id for message in first.tries] == ["a", "b"]
    assert list(second.messages) == []
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_h5_workers_share_the_shards_evenly_and_a_leaving_one_gives_its_back(installation: Installation) -> None:
    one, two = installation.drain(), installation.drain()

    for _ in range(3):
        for drain in (one, two):
            drain.holdings._next_beat = 0
            drain.holdings.beat(time.monotonic())

    assert (len(one.holdings.last), len(two.holdings.last)) == (32, 32)
    two.leave()
    one.holdings._next_beat = 0
    one.holdings.beat(time.monotonic())
    assert len(one.holdings.last) == 64


def test_h10_leases_go_by_the_databases_clock(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = installation.drain(), installation.drain()
    one.holdings.beat(time.monotonic())
    hour_ahead = time.time() + 3600

    monkeypatch.setattr(time, "time", lambda: hour_ahead)
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromtimestamp(hour_ahead, UTC))

    assert leases.acquire(two.holdings.token, 10, 64) == {}


def test_h10_retry_times_go_by_the_databases_clock(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    first = installation.destination("first", backoff_base_seconds=600, backoff_cap_seconds=600)
    first.script.fail = lambda message: Failure(Outcome.RETRYABLE, "internal", "try again")
    installation.publish(installation.rule("first"))
    monkeypatch.setattr(random, "random", lambda: 0.9)
    hour_ahead = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: hour_ahead)
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromtimestamp(hour_ahead, UTC))
    installation.accept("a")

    installation.run(lambda: Delivery.objects.exists())

    due_in = Delivery.objects.annotate(left=F("next_attempt_at") - Now()).get().left.total_seconds()
    assert 500 < due_in <= 540
    assert installation.drain().store.read_due(Destination.objects.get().pk, list(range(64)), 10) == []


def test_h15_a_drain_told_to_end_settles_what_it_has_in_hand(installation: Installation) -> None:
    first = installation.destination("first")
    first.script.delay_seconds = 0.2
    installation.publish(installation.rule("first"))
    installation.accept("a", "b")
    drain = installation.drain()

    drain.run(lambda: bool(drain.fresh))
    drain.leave()

    assert Delivery.objects.filter(state="delivered").count() == 2
    assert not ShardLease.objects.exclude(token=None).exists()
    assert not RelayWorker.objects.exists()


def test_h5_two_workers_deliver_each_event_once_while_shards_change_hands(installation: Installation) -> None:
    first = installation.destination("first")
    installation.publish(installation.rule("first"))
    one, two = installation.drain(), installation.drain()
    one.holdings.beat(time.monotonic())
    for n in range(300):
        installation.accept(str(n), key=f"k{n % 20}")
    turns = 0

    def take_turns() -> bool:
        nonlocal turns
        turns += 1
        if turns % 5 == 0:
            one.holdings._next_beat = two.holdings._next_beat = 0.0
        two.turn()
        return Delivery.objects.filter(state="delivered").count() == 300

    installation.run(take_turns, drain=one, seconds=30)

    assert len(one.holdings.last) == len(two.holdings.last) == 32
    assert len(first.tries) == 300
    for key in range(20):
        ids = [int(message.event.id) for message in first.messages if int(message.event.id) % 20 == key]
        assert ids == sorted(ids)
