"""Celery's part: it keeps drains running and carries no event."""

from celery import shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from routing.check_destinations import check_destinations as check_all
from routing.numbers.measure import measure as measure_depths
from routing.numbers.prune import prune
from routing.relay.process import drain_for


@shared_task(ignore_result=True)
def drain() -> None:
    """Drain for a while, then hand over to the next task; go on without Celery while its broker is away."""
    while drain_for(settings.RELAY_DRAIN_SECONDS):
        try:
            drain.apply_async(expires=settings.RELAY_LEASE_SECONDS)
        except OperationalError:
            continue
        return


@shared_task(ignore_result=True)
def check_destinations() -> None:
    check_all()


@shared_task(ignore_result=True)
def measure() -> None:
    measure_depths()


@shared_task(ignore_result=True)
def prune_tallies() -> None:
    prune()
