"""What is left of a worker when its connection or its leases break at the wrong moment (H1, H4, H17)."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError

from events.models import OutboxEntry
from events.shards import shard_of
from routing.models import BatchNote, Delivery, ShardLease
from routing.relay import leases
from routing.relay.drain import Drain
from tests.relay.conftest import Installation
from tests.relay.test_crash import expire_leases

pytestmark = pytest.mark.storage


def delivered(count: int) -> Callable[[], bool]:
    return lambda: Delivery.objects.filter(state="delivered").count() == count


def key_of(shard: int) -> str:
    return next(key for key in map(str, range(10_000)) if shard_of(key, uuid4()) == shard)


def breaks_once(drain: Drain, name: str, monkeypatch: pytest.MonkeyPatch, *, after: bool = False) -> None:
    """The connection breaks at the drain's next use of a statement: before it, or after it took effect."""
    real: Callable[..., Any] = getattr(drain.store, name)
    left = [1]

    def broken(*args: Any, **kwargs: Any) -> Any:
        answer = real(*args, **kwargs) if after or not left[0] else None
        if left[0]:
            left[0] -= 1
            raise OperationalError
        return answer

    monkeypatch.setattr(drain.store, name, broken)


def test_h4_shards_taken_in_a_statement_whose_answer_was_lost_are_drained(installation: Installation) -> None:
    installation.destination("first")
    installation.publish(installation.rule("first"))
    installation.accept(*(str(n) for n in range(200)))
    drain = installation.drain()

    leases.acquire(drain.holdings.token, drain.holdings.ttl, 40)

    installation.run(delivered(200), drain=drain)


def test_h1_each_of_two_batches_of_a_shard_goes_again_by_its_own_table(installation: Installation) -> None:
    first, second = installation.destination("first"), installation.destination("second")
    old = installation.publish(installation.rule("first"))
    installation.accept("a", key=key_of(60))
    installation.accept("b", key=key_of(3))
    installation.accept("c", key=key_of(60))
    new = installation.publish(installation.rule("second"))
    dead, store = uuid4(), installation.drain().store
    leases.acquire(dead, 60, 64)
    sequences = dict(OutboxEntry.objects.values_list("event_id", "sequence"))
    store.note(dead, "fresh", {60}, upto=sequences["a"], size=1, table_version=old, tries=0)
    store.note(dead, "fresh", {3, 60}, upto=sequences["c"], size=2, table_version=new, tries=0)
    expire_leases()

    installation.run(delivered(3))

    assert [message.event.id for message in first.messages] == ["a"]
    assert sorted(message.event.id for message in second.messages) == ["b", "c"]
    assert not ShardLease.objects.exclude(suspects=[]).exists()


def test_h1_what_a_worker_has_in_hand_of_its_shards_goes_by_one_table(installation: Installation) -> None:
    """A note says up to where, not which: under two tables the successor could not tell an entry's own."""
    first, second = installation.destination("first"), installation.destination("second")
    old = installation.publish(installation.rule("first"))
    installation.accept("a")
    drain = installation.drain()
    first.hold()
    while not drain.fresh:
        drain.turn()
    installation.publish(installation.rule("second"))
    installation.accept("b")
    drain.next_tick = 0.0
    drain.tick(time.monotonic())

    drain.take_up(time.monotonic())

    assert {batch.table_version for batch in drain.fresh} == {old}
    first.release()
    installation.run(delivered(2), drain=drain)
    assert [message.event.id for message in second.messages] == ["b"]


def test_h17_a_worker_that_lost_a_shard_sends_nothing_more_of_its_keys(installation: Installation) -> None:
    first = installation.destination("first")
    installation.publish(installation.rule("first"))
    installation.accept("a", "b", key="k")
    stalled = installation.drain()
    installation.run(lambda: bool(stalled.keeper.gates), drain=stalled)
    first.hold()
    while not stalled.fresh:
        stalled.turn()
    expire_leases()
    first.release()
    installation.run(delivered(2))

    stalled.holdings._next_beat = 0.0
    while stalled.fresh:
        stalled.finish()

    assert [message.event.id for message in first.tries].count("b") == 1


@pytest.mark.parametrize(
    ("statement", "after"), [("waiting_reach", False), ("note", True), ("settle", False), ("settle", True)]
)
def test_h4_a_statement_that_breaks_leaves_no_note_behind(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, statement: str, after: bool
) -> None:
    first = installation.destination("first")
    installation.publish(installation.rule("first"))
    installation.accept("a", "b", key="k")
    drain = installation.drain()
    breaks_once(drain, statement, monkeypatch, after=after)

    installation.run(lambda: delivered(2)() and not drain.fresh and not BatchNote.objects.exists(), drain=drain)

    assert [message.event.id for message in first.messages] == ["a", "b"]


def test_h4_an_answer_that_came_late_is_written_although_the_first_try_to_write_it_broke(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = installation.destination("first", ack_wait_seconds=20)
    installation.publish(installation.rule("first"))
    drain = installation.drain()
    first.script.delay_seconds = 0.8
    installation.accept("a")
    installation.run(lambda: Delivery.objects.filter(state="pending").exists(), drain=drain)
    breaks_once(drain, "settle", monkeypatch)

    installation.run(delivered(1), drain=drain, seconds=5)

    assert len(first.tries) == 1


def test_a_worker_that_ends_with_a_batch_in_hand_leaves_it_to_its_successor(installation: Installation) -> None:
    first, second = installation.destination("first"), installation.destination("second")
    installation.publish(installation.rule("first"))
    installation.accept("a")
    ending = installation.drain()
    while not ending.fresh:
        ending.turn()

    ending.leave()
    installation.publish(installation.rule("second"))
    expire_leases()
    installation.run(delivered(1))

    assert (len(first.messages), len(second.messages)) == (1, 0)
    assert not BatchNote.objects.exists()


def test_a_drain_keeps_few_compiled_tables(installation: Installation) -> None:
    installation.destination("first")
    drain = installation.drain()

    versions = [installation.publish(installation.rule("first")) for _ in range(30)]
    for version in versions:
        drain.table(version)

    assert len(drain.tables) < 10
