"""What an operator does to a destination: pause and resume it for all workers at once; delete an unused one."""

from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce, Now

from events.audit.record import record
from events.revision import EditConflictError
from events.who import Actor, named
from routing import health
from routing.destination_config import SUBJECT, stored
from routing.models import Attempt, BatchNote, Delivery, Destination, DestinationHealth, RoutingTable, ShardLease

log = structlog.get_logger(__name__)

SETTLED_AFTER = timedelta(minutes=1)
"""By then every worker has left a table that is no longer the newest, but for the batches it has noted."""


class DestinationInUseError(Exception):
    """A destination cannot be deleted; `reasons` say what still names it."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__("; ".join(reasons))


@transaction.atomic
def pause(destination: Destination, *, reason: str, by: Actor) -> None:
    """Hold its deliveries: attempts and age stand still until it is resumed. Pausing twice changes the reason only."""
    _lock_health(destination)
    before = _set_paused(destination, paused=True, reason=reason)
    DestinationHealth.objects.filter(pk=destination.pk).update(held_since=Coalesce(F("held_since"), Now()))
    after = {"paused": True, "paused_reason": reason}
    if before != after:
        record("destination.paused", SUBJECT, destination.pk, before=before, after=after, reason=reason, by=by)
    log.info("destination.paused", destination_id=destination.pk, by=named(by))


@transaction.atomic
def resume(destination: Destination, *, by: Actor) -> None:
    """Let its deliveries go. One that is unreachable as well stays held until it answers."""
    _lock_health(destination)
    before = _set_paused(destination, paused=False, reason="")
    row = DestinationHealth.objects.annotate(clock=Now()).get(pk=destination.pk)
    if row.unreachable_since is None:
        health.end_hold(row)
        row.save(update_fields=["held_since", "held_total_seconds"])
    after = {"paused": False, "paused_reason": ""}
    if before != after:
        record("destination.resumed", SUBJECT, destination.pk, before=before, after=after, by=by)
    log.info("destination.resumed", destination_id=destination.pk, by=named(by))


def _lock_health(destination: Destination) -> None:
    """The health row is what pausing, resuming and the workers' findings take turns on."""
    DestinationHealth.objects.get_or_create(destination=destination)
    DestinationHealth.objects.select_for_update().get(pk=destination.pk)


def _set_paused(destination: Destination, *, paused: bool, reason: str) -> dict[str, Any] | None:
    """How it was before."""
    row = Destination.objects.filter(pk=destination.pk)
    before = row.values("paused", "paused_reason").first()
    row.update(paused=paused, paused_reason=reason)
    destination.paused, destination.paused_reason = paused, reason
    return {**before} if before else None


@transaction.atomic
def delete(destination: Destination, *, expected: int | None = None, by: Actor = None) -> None:
    """Delete a destination that nothing names. Raises DestinationInUseError.

    `expected` is the revision that somebody looked at: for another one it raises EditConflictError.
    """
    # Whoever publishes locks the destinations it names: no table can name this one between the look and the deletion.
    row = Destination.objects.select_for_update().filter(pk=destination.pk).first()
    if row is None or expected not in (None, row.revision):
        raise EditConflictError(row.revision if row else None)
    if reasons := reasons_to_keep(destination):
        raise DestinationInUseError(reasons)
    id_, before = destination.pk, stored(destination)
    destination.delete()
    record("destination.deleted", SUBJECT, id_, before=before, by=by)
    log.info("destination.deleted", destination_id=id_, by=named(by))


def reasons_to_keep(destination: Destination) -> list[str]:
    """What still names a destination, in words; empty if it can be deleted."""
    rules = destination.targets.order_by("rule__name").values_list("rule__name", flat=True)
    waiting = Delivery.objects.filter(destination=destination, state=Delivery.State.PENDING)
    dead = Delivery.objects.filter(destination=destination, state=Delivery.State.DEAD)
    reasons = [f"the rule {name} names it" for name in rules]
    reasons += [f"the routing table {table} names it" for table in _tables_in_use() if _names(table, destination)]
    if waiting.exists():
        reasons.append("deliveries to it are pending")
    if dead.exists():
        reasons.append("dead letters to it are kept")
    if not reasons and _has_history(destination):
        reasons.append("events that were sent to it are kept")
    return reasons


def _tables_in_use() -> list[RoutingTable]:
    """The newest table, and those that a worker may still go by."""
    settled = RoutingTable.objects.filter(published_at__lt=Now() - SETTLED_AFTER).aggregate(newest=Max("version"))
    noted = set(BatchNote.objects.values_list("table_version", flat=True))
    for suspects in ShardLease.objects.exclude(suspects=[]).values_list("suspects", flat=True):
        noted.update(suspect["table"] for suspect in suspects)
    used = Q(version__gte=settled["newest"] or 0) | Q(version__in=noted)
    return list(RoutingTable.objects.filter(used).order_by("version"))


def _names(table: RoutingTable, destination: Destination) -> bool:
    return any(named["id"] == destination.pk for rule in table.snapshot["rules"] for named in rule["destinations"])


def _has_history(destination: Destination) -> bool:
    return (
        Delivery.objects.filter(destination=destination).exists()
        or Attempt.objects.filter(destination=destination).exists()
    )
