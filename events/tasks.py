"""Celery's part in getting events in: what is made ahead, so that nobody who hands an event in waits for it."""

import structlog
from celery import shared_task

from events.pii.keys.background import make_missing
from events.pii.keys.errors import KekError

log = structlog.get_logger(__name__)


@shared_task(ignore_result=True)
def make_missing_keys() -> None:
    """Keys for tenants that have none yet."""
    try:
        make_missing()
    except KekError as error:
        log.warning("pii_keys.not_made", reason=type(error).__name__)
