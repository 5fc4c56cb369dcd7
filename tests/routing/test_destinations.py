import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from events.publishing.errors import PublishError
from routing import health
from routing.destinations import DestinationInUseError, delete, pause, reasons_to_keep, resume
from routing.models import BatchNote, Destination, DestinationHealth, RoutingRule, RoutingTable, ShardLease
from routing.publish_table import publish
from tests.routing import made

pytestmark = pytest.mark.django_db


def held(destination: Destination) -> DestinationHealth:
    return DestinationHealth.objects.get(pk=destination.pk)


def begin_hold(destination: Destination, seconds: float) -> None:
    """Move the beginning of the present hold into the past."""
    DestinationHealth.objects.filter(pk=destination.pk).update(held_since=Now() - timedelta(seconds=seconds))


def test_pausing_holds_the_destination_for_all_workers() -> None:
    nats = made.destination()

    pause(nats, reason="maintenance", by=made.user())

    [live] = health.read_live()
    assert live.paused
    assert held(nats).held_since is not None
    assert Destination.objects.get().paused_reason == "maintenance"


def test_resuming_ends_the_hold_and_sums_it() -> None:
    nats = made.destination()
    pause(nats, reason="", by=None)
    begin_hold(nats, 100)

    resume(nats, by=None)

    assert not Destination.objects.get().paused
    assert held(nats).held_since is None
    assert held(nats).held_total_seconds == pytest.approx(100, abs=5)


def test_pausing_twice_does_not_start_the_hold_anew() -> None:
    nats = made.destination()
    pause(nats, reason="first", by=None)
    begin_hold(nats, 100)

    pause(nats, reason="second", by=None)
    resume(nats, by=None)

    assert held(nats).held_total_seconds == pytest.approx(100, abs=5)


def test_resuming_what_is_not_paused_changes_nothing() -> None:
    nats = made.destination()

    resume(nats, by=None)

    assert held(nats).held_total_seconds == 0


def test_a_destination_that_is_also_unreachable_stays_held_until_it_answers() -> None:
    nats = made.destination()
    health.mark_unreachable(nats.pk, "refused", "connection refused")
    pause(nats, reason="", by=None)

    resume(nats, by=None)
    assert held(nats).held_since is not None

    health.mark_reachable(nats.pk)
    assert held(nats).held_since is None


def test_one_that_answers_while_paused_stays_held() -> None:
    nats = made.destination()
    health.mark_unreachable(nats.pk, "refused", "connection refused")
    pause(nats, reason="", by=None)

    health.mark_reachable(nats.pk)

    assert held(nats).held_since is not None


def test_an_unused_destination_can_be_deleted() -> None:
    unused = made.destination()
    pause(unused, reason="", by=None)

    delete(unused)

    assert not Destination.objects.exists()


def test_a_destination_with_deliveries_is_kept() -> None:
    """H13."""
    pending, dead, delivered = (made.destination(name) for name in ("pending", "dead", "delivered"))
    made.delivery(pending, "pending")
    made.dead(dead)
    made.delivery(delivered, "delivered")

    assert reasons_to_keep(pending) == ["deliveries to it are pending"]
    assert reasons_to_keep(dead) == ["dead letters to it are kept"]
    assert reasons_to_keep(delivered) == ["events that were sent to it are kept"]
    for destination in (pending, dead, delivered):
        with pytest.raises(DestinationInUseError):
            delete(destination)
    assert Destination.objects.count() == 3


def test_a_destination_that_failed_over_keeps_its_attempts() -> None:
    first, second = made.destination("first"), made.destination("second")
    letter = made.dead(first)
    letter.destination = second
    letter.save()

    assert reasons_to_keep(first) == ["events that were sent to it are kept"]


def test_a_destination_that_rules_or_the_published_table_name_is_kept() -> None:
    """H13: the draft is gone, but workers still go by the table."""
    nats = made.destination()
    made.rule("r", nats)
    publish(note="a test", by=None)
    assert reasons_to_keep(nats) == ["the rule r names it", "the routing table v1 names it"]

    RoutingRule.objects.all().delete()

    assert reasons_to_keep(nats) == ["the routing table v1 names it"]


@pytest.fixture
def superseded() -> Destination:
    """A destination that only an older table names, long since replaced."""
    nats = made.destination()
    snapshot = {"format": 1, "rules": [{"destinations": [{"id": nats.pk}]}]}
    for version, older in ((1, snapshot), (2, {"format": 1, "rules": []})):
        RoutingTable.objects.create(version=version, snapshot=older, published_at=Now() - timedelta(hours=1))
    return nats


def test_an_old_table_does_not_keep_a_destination(superseded: Destination) -> None:
    assert reasons_to_keep(superseded) == []


def test_a_table_that_a_batch_was_taken_by_does(superseded: Destination) -> None:
    BatchNote.objects.create(
        token="00000000-0000-0000-0000-000000000001", lane="fresh", shards=[0], upto=1, size=1, table_version=1
    )

    assert reasons_to_keep(superseded) == ["the routing table v1 names it"]


def test_a_table_of_a_dead_workers_batch_does(superseded: Destination) -> None:
    suspect = {"lane": "fresh", "upto": 1, "table": 1, "size": 1, "tries": 1}
    ShardLease.objects.update_or_create(shard=0, defaults={"suspects": [suspect]})

    assert reasons_to_keep(superseded) == ["the routing table v1 names it"]


def test_a_table_that_was_replaced_a_moment_ago_does() -> None:
    nats = made.destination()
    made.rule("r", nats)
    publish(note="a test", by=None)
    RoutingRule.objects.all().delete()
    publish(note="a test", by=None)

    assert reasons_to_keep(nats) == ["the routing table v1 names it"]


@pytest.mark.django_db(transaction=True)
def test_deleting_and_publishing_at_once_never_leaves_a_table_with_a_destination_that_is_gone() -> None:
    nats = made.destination()
    made.rule("r", nats)

    def try_to_publish() -> bool:
        try:
            return bool(publish(note="a test", by=None))
        except PublishError:
            return False

    def try_to_delete() -> bool:
        RoutingRule.objects.all().delete()
        try:
            delete(nats)
        except DestinationInUseError:
            return False
        return True

    made.at_once(try_to_publish, try_to_delete)

    newest = RoutingTable.objects.newest()
    named = {d["id"] for rule in (newest.snapshot["rules"] if newest else []) for d in rule["destinations"]}
    assert named <= set(Destination.objects.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_comes_while_it_is_being_paused_leaves_it_held() -> None:
    nats = made.destination()
    health.mark_unreachable(nats.pk, "refused", "connection refused")

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            pause(nats, reason="", by=None)
            answered = pool.submit(in_a_thread, partial(health.mark_reachable, nats.pk))
            await_a_blocked_statement_or(answered.done)
        answered.result(timeout=10)

    assert held(nats).held_since is not None
    assert held(nats).unreachable_since is None


def in_a_thread(call: Callable[[], None]) -> None:
    try:
        call()
    finally:
        connection.close()


def await_a_blocked_statement_or(done: Callable[[], bool]) -> None:
    """Until another connection waits for a lock of ours; SQLite cannot tell, and needs no more than a moment."""
    blocked = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    end = time.monotonic() + (10 if connection.vendor == "postgresql" else 0.1)
    while time.monotonic() < end and not done():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(blocked)
                if cursor.fetchone() != (0,):
                    return
        time.sleep(0.01)
