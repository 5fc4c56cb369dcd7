import uuid
import zlib
from functools import partial

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from events import wakeup
from events.models import PendingEntry
from events.shards import SHARDS
from routing import route_again as module
from routing.models import Unrouted
from routing.route_again import route_again
from tests.routing import made

pytestmark = pytest.mark.django_db


def waiting() -> set[int]:
    return set(PendingEntry.objects.values_list("pk", flat=True))


def test_it_puts_unrouted_events_back_before_the_relay() -> None:
    """H13."""
    rows = [made.unrouted(), made.unrouted()]

    moved = route_again([row.pk for row in rows], by="user 1")

    assert moved == 2
    assert waiting() == {row.pk for row in rows}
    assert not Unrouted.objects.exists()


def test_an_event_returns_to_the_shard_it_was_stored_in() -> None:
    with_key, without = made.unrouted(extensions={"partitionkey": "käse"}), made.unrouted()

    route_again([with_key.pk, without.pk], by="user 1")

    keyed, free = PendingEntry.objects.get(pk=with_key.pk), PendingEntry.objects.get(pk=without.pk)
    assert (keyed.shard, keyed.partitionkey) == (zlib.crc32("käse".encode()) % SHARDS, "käse")
    assert (free.shard, free.partitionkey) == (uuid.UUID(str(without.entry.uuid)).int % SHARDS, None)


def test_it_takes_those_that_are_named_and_still_unrouted() -> None:
    one, other = made.unrouted(), made.unrouted()
    settled = made.entry()

    assert route_again([one.pk, settled.pk, 999_999], by="user 1") == 1
    assert waiting() == {one.pk}
    assert set(Unrouted.objects.values_list("pk", flat=True)) == {other.pk}


def test_doing_it_again_does_nothing() -> None:
    row = made.unrouted()

    assert [route_again([row.pk], by="user 1"), route_again([row.pk], by="user 2")] == [1, 0]


def test_many_are_moved_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLICE", 2)
    rows = [made.unrouted() for _ in range(5)]

    assert route_again((row.pk for row in rows), by="user 1") == 5
    assert waiting() == {row.pk for row in rows}


def test_it_wakes_the_relay_after_the_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    row = made.unrouted()

    with django_capture_on_commit_callbacks() as callbacks:
        route_again([row.pk], by="user 1")

    assert callbacks == [wakeup.hint]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_move_each_event_once() -> None:
    rows = [made.unrouted() for _ in range(20)]

    ids = [row.pk for row in rows]

    moved = made.at_once(partial(route_again, ids, by="user 1"), partial(route_again, ids[::-1], by="user 2"))

    assert sum(moved) == 20
    assert waiting() == {row.pk for row in rows}
    assert not Unrouted.objects.exists()
