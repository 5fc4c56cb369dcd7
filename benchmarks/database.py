"""The benchmark's own statements: what is there before a run, and what must be there after it."""

from collections.abc import Iterable
from itertools import islice

from django.db import connection, transaction

from events.envelope import CloudEvent
from events.ingest import ingest
from routing.models import Destination, RoutingTable

AT_A_TIME = 500
TABLES = "events_outboxentry, events_pendingentry, routing_delivery, routing_attempt, routing_unrouted"
KEPT = "routing_batchnote, routing_shardlease, routing_relayworker, routing_destinationhealth"
WAITING = """
SELECT EXISTS (SELECT FROM events_pendingentry) OR EXISTS (SELECT FROM routing_delivery WHERE state = 'pending')
"""
DELIVERIES = """
SELECT d.name, count(*), count(DISTINCT entry_id), count(DISTINCT receipt), count(*) FILTER (WHERE duplicate)
FROM routing_delivery JOIN routing_destination d ON d.id = destination_id WHERE state = 'delivered' GROUP BY d.name
"""


def clear() -> None:
    """Forget all events, and clean up where autovacuum, which is off, would have."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLES} CASCADE")
        cursor.execute(f"VACUUM ANALYZE {KEPT}")


def load(events: Iterable[CloudEvent]) -> None:
    """Ingest the events in one transaction, which makes all of them visible at once, with its commit.

    The statistics that autovacuum would have gathered on a table that has been in use are gathered before it; and the
    checkpoint, which would come at any time, after.
    """
    left = iter(events)
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    with transaction.atomic():
        while some := list(islice(left, AT_A_TIME)):
            ingest(some)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE events_outboxentry, events_pendingentry")


def drained() -> bool:
    """Whether nothing waits any more, neither for the relay nor for a destination."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return not cursor.fetchone()[0]


def count_stored() -> tuple[int, int]:
    """Outbox entries and pending marks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM events_outboxentry), (SELECT count(*) FROM events_pendingentry)")
        entries, marks = cursor.fetchone()
        return entries, marks


def delivered() -> dict[str, tuple[int, int, int, int]]:
    """By destination: rows, different events, different receipts, and those the broker held already."""
    with connection.cursor() as cursor:
        cursor.execute(DELIVERIES)
        return {name: (rows, entries, receipts, again) for name, rows, entries, receipts, again in cursor.fetchall()}


def publish_rule(*destinations: Destination) -> None:
    """One rule from now on: every event of the product's own kind to all of these."""
    named = [{"id": each.pk, "name": each.name, "condition": []} for each in destinations]
    rule = {
        "id": 1,
        "name": "measured",
        "priority": 0,
        "type_pattern": "com.foundry.oms.*",
        "filters": [],
        "strategy": "ALL",
        "continue": False,
        "destinations": named,
    }
    newest = RoutingTable.objects.newest()
    version = newest.version + 1 if newest else 1
    RoutingTable.objects.create(version=version, snapshot={"format": 1, "rules": [rule]})
