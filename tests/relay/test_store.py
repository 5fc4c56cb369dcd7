"""The contract of the relay's store: the portable one and PostgreSQL's own behave alike."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models.functions import Now

from events.models import OutboxEntry, PendingEntry
from routing.models import Attempt, BatchNote, Delivery, Destination, ShardLease, Unrouted
from routing.relay.leases import acquire
from routing.relay.postgres import PostgresStore
from routing.relay.settlement import Change, Settlement, Try
from routing.relay.store import Store
from routing.relay.work import Entry, reach_of
from tests.relay.conftest import Installation

pytestmark = pytest.mark.storage
ALL = dict.fromkeys(range(64), 0)
STORES = [Store, PostgresStore] if "postgresql" in str(connection.settings_dict["ENGINE"]) else [Store]


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Store:
    made: Callable[[], Store] = request.param
    return made()


def read(store: Store, limit: int = 500, in_hand: tuple[int, ...] = ()) -> list[str]:
    return [entry.event.id for entry in store.take_fresh(uuid4(), 1, ALL, limit, in_hand).entries]


def pending(entry: Entry, destination: int, **more: object) -> Change:
    given: dict[str, object] = {"reach": reach_of([destination]), "delay": 0.0} | more
    return Change(entry, destination, False, destination, "pending", 0, 1, 1, **given)  # type: ignore[arg-type]


class Scene:
    """Entries that were read, and a token that holds every shard."""

    def __init__(self, installation: Installation, store: Store) -> None:
        self.installation, self.store, self.token = installation, store, uuid4()
        installation.destination("first")
        installation.destination("second")
        self.first, self.second = Destination.objects.order_by("id").values_list("id", flat=True)
        acquire(self.token, 60, 64)

    def entries(self, *ids: str, key: str | None = None) -> list[Entry]:
        self.installation.accept(*ids, key=key)
        read = self.store.take_fresh(uuid4(), 1, ALL, 500, ()).entries
        BatchNote.objects.all().delete()
        return [entry for entry in read if entry.event.id in ids]

    def settle(self, *changes: Change, done: list[Entry] | None = None, note: int | None = None) -> set[int]:
        settlement = Settlement(1, note=note, done=[change.entry for change in changes] if done is None else done)
        for change in changes:
            (settlement.updates if change.stored else settlement.inserts).append(change)
        return self.store.settle(self.token, settlement)

    def due(self, destination: int | None = None, **more: bool) -> list[str]:
        works = self.store.read_due(destination or self.first, list(range(64)), 500, **more)
        return [work.entry.event.id for work in works]


@pytest.fixture
def scene(installation: Installation, store: Store) -> Scene:
    return Scene(installation, store)


def test_fresh_entries_come_oldest_first_and_whole(scene: Scene, store: Store) -> None:
    scene.installation.accept("a", "b", "c", key="k")

    token = uuid4()
    (first, *_), late, note = store.take_fresh(token, 3, ALL, 500, ())

    assert read(store) == ["a", "b", "c"]
    assert not late
    noted = BatchNote.objects.order_by("id")[0]
    assert note == noted.pk
    assert (noted.token, noted.table_version, noted.size, noted.tries) == (token, 3, 3, 0)
    assert (noted.shards, noted.lane) == ([first.shard], "fresh")
    assert noted.upto == first.sequence + 2
    assert (first.event.source, first.event.data, first.partitionkey) == ("/tests", '{"n":"a"}', "k")
    assert first.event.extensions == {"partitionkey": "k"}
    assert first.uuid == OutboxEntry.objects.get(event_id="a").uuid.hex


def test_what_is_in_hand_is_not_read_again(scene: Scene, store: Store) -> None:
    entries = scene.entries("a", "b")

    assert read(store, in_hand=(entries[0].sequence,)) == ["b"]


def test_what_is_in_hand_is_not_read_again_by_a_partial_sweep(scene: Scene, store: Store) -> None:
    """One shard is read from its beginning, another from where it was."""
    (old,), (new,) = scene.entries("old", key="one"), scene.entries("new", key="three")

    taken = store.take_fresh(uuid4(), 1, {old.shard: 0, new.shard: new.sequence}, 500, {old.sequence, new.sequence})

    assert taken.entries == []
    assert taken.note is None


def test_a_read_is_limited_and_keeps_the_oldest(scene: Scene, store: Store) -> None:
    scene.installation.accept(*"abcdef", key="k")

    assert read(store, limit=4) == list("abcd")


def test_reading_on_finds_what_came_late(scene: Scene, store: Store) -> None:
    """A key's lower sequence that becomes visible after the reader has passed it (H19)."""
    late, _, shown = scene.entries("late", "seen", "next", key="k")
    position = {late.shard: shown.sequence - 1}
    in_hand = {late.sequence + 1}

    entries, start_over, _ = store.take_fresh(uuid4(), 1, position, 500, in_hand)

    assert start_over or entries[0].event.id == "late"
    assert not (start_over and entries)


def test_settling_takes_entries_off_and_writes_deliveries_tries_and_unrouted(scene: Scene, store: Store) -> None:
    good, bad, unwanted = scene.entries("good", "bad", "unwanted", key="k")
    note = store.note(scene.token, "fresh", {good.shard}, upto=9, size=3, table_version=1, tries=0)
    arrived = Change(good, scene.first, False, scene.first, "delivered", 1, 4, 1, receipt="EVENTS:1")
    failed = pending(bad, scene.first, failed=True, silent=True, delay=60.0, error_class="internal", error="why")
    failed.tries = (Try(scene.first, 1, 0.25, "ambiguous", "internal", "why"),)
    settlement = Settlement(1, note, [good, bad, unwanted], [unwanted], [arrived], [failed])

    lost = store.settle(scene.token, settlement)

    assert lost == set()
    assert not PendingEntry.objects.exists()
    assert not BatchNote.objects.exists()
    assert Unrouted.objects.get().entry_id == unwanted.sequence
    delivered, waiting = Delivery.objects.order_by("entry_id")
    assert (delivered.state, delivered.receipt, delivered.attempts, delivered.rule_id) == (
        "delivered",
        "EVENTS:1",
        1,
        4,
    )
    assert delivered.finished_at is not None
    assert (waiting.state, waiting.error_class, waiting.finished_at) == ("pending", "internal", None)
    assert waiting.first_failed_at is not None
    assert waiting.ambiguous_since is not None
    assert Attempt.objects.get(delivery=waiting).outcome == "ambiguous"


def test_settling_twice_changes_nothing(scene: Scene) -> None:
    (entry,) = scene.entries("a")

    scene.settle(pending(entry, scene.first))
    scene.settle(pending(entry, scene.first, error="again"))

    assert Delivery.objects.get().error is None


def test_h17_nothing_is_settled_for_a_shard_whose_lease_is_lost(scene: Scene) -> None:
    kept, lost = scene.entries("a", key="one")[0], scene.entries("b", key="three")[0]
    assert kept.shard != lost.shard
    ShardLease.objects.filter(shard=lost.shard).update(token=uuid4())

    answer = scene.settle(pending(kept, scene.first), pending(lost, scene.first))

    assert answer == {lost.shard}
    assert Delivery.objects.get().entry_id == kept.sequence
    assert PendingEntry.objects.get().entry_id == lost.sequence


def test_due_deliveries_come_oldest_first_with_their_past(scene: Scene, store: Store) -> None:
    a, b = scene.entries("a", "b")
    scene.settle(pending(b, scene.first), pending(a, scene.first, failed=True, held_base=2.5))
    Delivery.objects.filter(entry_id=a.sequence).update(attempts=2)

    works = store.read_due(scene.first, list(range(64)), 500)

    assert [work.entry.event.id for work in works] == ["a", "b"]
    assert (works[0].past.attempts, works[0].past.held_base) == (2, 2.5)
    assert works[0].past.age is not None
    assert works[0].past.age >= 0
    assert works[1].past.age is None


def test_only_what_is_due_at_the_destination_is_read(scene: Scene) -> None:
    a, b, c = scene.entries("a", "b", "c")
    scene.settle(pending(a, scene.first), pending(b, scene.second), pending(c, scene.first, delay=60.0))

    assert scene.due(scene.first) == ["a"]
    assert scene.due(scene.second) == ["b"]


def test_nothing_of_a_key_is_due_behind_one_that_waits(scene: Scene) -> None:
    a, b, c = scene.entries("a", "b", "c", key="k")
    scene.settle(pending(a, scene.first, delay=60.0), pending(b, scene.first), pending(c, scene.second))

    assert scene.due(scene.first) == []
    assert scene.due(scene.second) == ["c"]


def test_followers_of_a_key_are_read_along_when_all_are_due(scene: Scene) -> None:
    a, b = scene.entries("a", "b", key="k")
    scene.settle(pending(a, scene.first), pending(b, scene.first))

    assert scene.due() == ["a", "b"]


def test_a_delivery_that_may_fail_over_blocks_all_it_may_reach(scene: Scene) -> None:
    a, b = scene.entries("a", "b", key="k")
    both = reach_of([scene.first, scene.second])
    scene.settle(pending(a, scene.first, reach=both, fallbacks=(scene.second,)), pending(b, scene.second))

    assert scene.due(scene.second) == []
    assert scene.due(scene.first) == ["a"]
    assert scene.due(scene.first, movable=True) == ["a"]


def test_only_deliveries_with_somewhere_to_go_are_movable(scene: Scene) -> None:
    (a,) = scene.entries("a")
    scene.settle(pending(a, scene.first))

    assert scene.due(movable=True) == []


def test_an_update_moves_the_delivery_to_its_next_destination(scene: Scene) -> None:
    (a,) = scene.entries("a", key="k")
    scene.settle(pending(a, scene.first, failed=True, fallbacks=(scene.second,)))
    moved = pending(a, scene.first, restart=True)
    moved.stored, moved.destination_id = True, scene.second

    scene.settle(moved, done=[])

    delivery = Delivery.objects.get()
    assert (delivery.destination_id, delivery.fallbacks, delivery.first_failed_at) == (scene.second, [], None)


def test_an_update_without_an_error_keeps_the_last_one_while_pending(scene: Scene) -> None:
    (a,) = scene.entries("a")
    scene.settle(pending(a, scene.first, failed=True, error_class="internal", error="why"))
    again = pending(a, scene.first, delay=30.0)
    again.stored = True

    scene.settle(again, done=[])

    assert (Delivery.objects.get().error_class, Delivery.objects.get().error) == ("internal", "why")


def test_an_update_leaves_what_is_no_longer_pending(scene: Scene) -> None:
    (a,) = scene.entries("a")
    scene.settle(pending(a, scene.first))
    Delivery.objects.update(state="discarded", finished_at=Now())
    late = Change(a, scene.first, True, scene.first, "delivered", 1, 1, 1, receipt="EVENTS:1")

    scene.settle(late, done=[])

    assert Delivery.objects.get().state == "discarded"


def test_the_waiting_reach_of_keys_sums_their_pending_deliveries(scene: Scene, store: Store) -> None:
    a, b = scene.entries("a", "b", key="k")
    scene.settle(pending(a, scene.first), pending(b, scene.second))

    assert store.waiting_reach(["k", "other"]) == {"k": reach_of([scene.first, scene.second])}


def test_a_suspect_range_is_read_in_small_parts(scene: Scene, store: Store) -> None:
    a, b, c = scene.entries("a", "b", "c", key="k")

    part = store.read_suspect({a.shard}, b.sequence, 1)
    rest = store.read_suspect({a.shard}, b.sequence, 5)

    assert [entry.event.id for entry in part] == ["a"]
    assert [entry.event.id for entry in rest] == ["a", "b"]
    assert c.sequence > b.sequence


def test_a_limited_read_of_what_is_due_leaves_out_no_shard_for_ever(scene: Scene, store: Store) -> None:
    entries = scene.entries(*(str(n) for n in range(40)))
    scene.settle(*(pending(entry, scene.first) for entry in entries))

    read = {store.read_due(scene.first, list(range(64)), 1)[0].entry.shard for _ in range(64)}

    # By age over all shards, or shard by shard in turn; never the same shard first.
    assert read == ({entries[0].shard} if type(store) is Store else {entry.shard for entry in entries})
