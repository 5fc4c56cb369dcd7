"""Celery's part in acts on many: a message begins one at once, and a beat goes on with what no message reached."""

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from dlq.operations.run import resume, run

log = structlog.get_logger(__name__)


def announce(operation_id: int, seconds: float = 0.0) -> None:
    """Have a worker begin, or go on, then or at once. Without a broker the beat's next round does, within seconds."""
    try:
        run_operation.apply_async((operation_id,), countdown=seconds)
    except OperationalError:
        log.warning("operation.not_announced", operation_id=operation_id)


@shared_task(ignore_result=True)
def run_operation(operation_id: int) -> None:
    seconds = run(operation_id)
    if seconds is not None:
        announce(operation_id, seconds)


@shared_task(ignore_result=True)
def resume_operations() -> None:
    resume()
