"""What a settling says in the logs: what went wrong for good, by batch. What went well is a number, not a line."""

from collections import defaultdict
from uuid import UUID

import structlog

from routing.relay.settlement import Change, Settlement
from routing.relay.work import Entry

log = structlog.get_logger(__name__)

MOST_NAMED = 20
"""Entries named in one line; the count says how many they were."""


def announce(settlement: Settlement) -> None:
    """Log what a settling has written."""
    dead, moved = defaultdict(list), defaultdict(list)
    for change in (*settlement.inserts, *settlement.updates):
        if change.state == "dead":
            dead[change.destination_id, change.error_class].append(change.entry)
        if change.restart and change.destination_id != change.row_destination:
            moved[change.row_destination, change.destination_id].append(change.entry)
    for (destination, error_class), entries in dead.items():
        log.warning("deliveries.died", destination_id=destination, error_class=error_class, **_named(entries))
    for (left, taken), entries in moved.items():
        log.info("deliveries.failed_over", from_destination_id=left, destination_id=taken, **_named(entries))
    if settlement.unrouted:
        log.warning("events.unrouted", table_version=settlement.table_version, **_named(settlement.unrouted))
    _count(settlement)


def _named(entries: list[Entry]) -> dict[str, object]:
    return {"count": len(entries), "entries": [str(UUID(str(entry.uuid))) for entry in entries[:MOST_NAMED]]}


def _count(settlement: Settlement) -> None:
    waiting = sum(_waits(change) for change in (*settlement.inserts, *settlement.updates))
    log.debug("batch.settled", entries=len(settlement.done), arrived=len(settlement.arrived), waiting=waiting)


def _waits(change: Change) -> bool:
    return change.state == "pending"
