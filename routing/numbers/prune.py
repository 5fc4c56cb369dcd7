"""Tallies that no page shows any more are deleted, a slice at a time."""

from datetime import datetime, timedelta

from events.clock import database_now
from routing.models import Tally
from routing.numbers.periods import HOUR, MINUTE

KEPT = {MINUTE: timedelta(hours=26), HOUR: timedelta(days=35)}
SLICE = 5000


def prune() -> int:
    """Delete up to a slice of each period's old tallies; returns how many. Two at once must not hurt."""
    now = database_now()
    return sum(_prune(period, now - kept) for period, kept in KEPT.items())


def _prune(period: int, before: datetime) -> int:
    old = Tally.objects.filter(period=period, begins__lt=before).order_by("begins").values_list("pk", flat=True)
    deleted, _ = Tally.objects.filter(pk__in=list(old[:SLICE])).delete()
    return deleted
