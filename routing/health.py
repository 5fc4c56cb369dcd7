"""How each destination fares, as all workers see it: read with its live settings, changed by what one of them found.

Held (unreachable or paused) time is summed here, so that it can be left out of a delivery's age.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Now

from routing.models import Destination, DestinationHealth
from routing.retry import RetryPolicy

log = structlog.get_logger(__name__)

PROBE_FIRST_SECONDS = 0.5
PROBE_CAP_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Live:
    """A destination's settings and health at one moment; durations in seconds."""

    id: int
    name: str
    kind: str
    config: Mapping[str, Any]
    policy: RetryPolicy
    ack_wait: float
    failover_after: float
    in_flight_limit: int
    paused: bool
    unreachable_for: float | None
    error_class: str
    held_total: float
    probe_due: bool


def read_live() -> list[Live]:
    """All destinations, one query."""
    rows = Destination.objects.select_related("health").annotate(clock=Now()).order_by("id")
    return [_live(row, row.clock) for row in rows]


def _live(row: Destination, now: datetime) -> Live:
    health = getattr(row, "health", None) or DestinationHealth(destination=row)
    return Live(
        id=row.pk,
        name=row.name,
        kind=row.kind,
        config=row.config,
        policy=RetryPolicy(row.max_attempts, row.max_age_seconds, row.backoff_base_seconds, row.backoff_cap_seconds),
        ack_wait=row.ack_wait_seconds,
        failover_after=row.failover_after_seconds,
        in_flight_limit=row.in_flight_limit,
        paused=row.paused,
        unreachable_for=_since(now, health.unreachable_since),
        error_class=health.error_class,
        held_total=health.held_total_seconds + (_since(now, health.held_since) or 0.0),
        probe_due=health.next_probe_at is not None and health.next_probe_at <= now,
    )


def _since(now: datetime, moment: datetime | None) -> float | None:
    return None if moment is None else (now - moment).total_seconds()


def _in(seconds: float) -> Combinable:
    return ExpressionWrapper(Now() + Value(timedelta(seconds=seconds)), output_field=DateTimeField())


def _probe_in(failed: int) -> float:
    return min(PROBE_CAP_SECONDS, PROBE_FIRST_SECONDS * 2.0 ** min(failed, 10))


def mark_unreachable(destination_id: int, code: str, message: str) -> None:
    """The destination takes nothing: its deliveries wait, and it is probed ever more rarely."""
    _change(destination_id, lambda row: _unreachable(row, code, message))


def _unreachable(row: DestinationHealth, code: str, message: str) -> None:
    if row.unreachable_since is None:
        log.warning("destination.became_unreachable", destination_id=row.pk, error_class=code)
    row.next_probe_at = _in(_probe_in(row.probes_failed))
    row.probes_failed += 1
    row.unreachable_since = Coalesce(F("unreachable_since"), Now())
    row.held_since = Coalesce(F("held_since"), Now())
    row.error_class = code
    row.error = message


def mark_reachable(destination_id: int) -> None:
    """The destination answered: what waits for it may go."""
    _change(destination_id, _reachable)


def _reachable(row: DestinationHealth) -> None:
    if row.unreachable_since is not None:
        log.info("destination.became_reachable", destination_id=row.pk, error_class=row.error_class)
    row.unreachable_since = None
    row.next_probe_at = None
    row.probes_failed = 0
    row.error_class = row.error = ""
    if not row.destination.paused:
        end_hold(row)


def end_hold(row: DestinationHealth) -> None:
    """Add the present hold, if any, to the total. The row was read with the database's time as `clock`."""
    row.held_total_seconds += _since(row.clock, row.held_since) or 0.0  # type: ignore[attr-defined]
    row.held_since = None


def _change(destination_id: int, change: Callable[[DestinationHealth], None]) -> None:
    # A destination may be deleted while a worker looks at it: then there is nothing to write down.
    with suppress(IntegrityError, DestinationHealth.DoesNotExist), transaction.atomic():
        DestinationHealth.objects.get_or_create(destination_id=destination_id)
        DestinationHealth.objects.select_for_update().get(destination_id=destination_id)
        # Read once the lock is held: who pauses holds it too, and joined rows are not read again after a wait.
        rows = DestinationHealth.objects.select_related("destination").annotate(clock=Now())
        row = rows.get(destination_id=destination_id)
        change(row)
        row.checked_at = Now()
        row.save()


def claim_probe(destination_id: int) -> bool:
    """Whether the caller is the one to probe now: one worker at a time, by compare-and-set on the probe's time."""
    due = DestinationHealth.objects.filter(destination_id=destination_id, next_probe_at__lte=Now())
    return bool(due.update(next_probe_at=_in(PROBE_CAP_SECONDS)))
