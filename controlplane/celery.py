"""The Celery app. Celery supervises: its messages say that there is work, never which, and may all be lost."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_shutting_down

# Connect signals and commands: a worker serves its metrics, tells its code, and logs as everything else does.
from controlplane import remote  # noqa: F401
from controlplane.logs import tasks  # noqa: F401
from controlplane.monitoring import counted  # noqa: F401
from routing.relay import shutdown

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "controlplane.settings")

DRAIN = "routing.tasks.drain"
RELAY_QUEUE = "relay"
# Judged by the worker's clock and set by beat's: were it a second, a clock a second off would have nothing done.
SHORTEST_LIFE = 60.0


def _every(seconds: float, task: str) -> dict[str, Any]:
    """An entry of the schedule. What expires is `expire_seconds` to the scheduler in the database, not `expires`."""
    return {"task": task, "schedule": seconds, "options": {"expire_seconds": int(max(seconds, SHORTEST_LIFE))}}


app = Celery("controlplane")
# The broker's address; everything else below is not for operators to turn.
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    timezone="UTC",
    # A drain holds its process for a minute: a second message waiting behind it would wait in vain.
    worker_prefetch_multiplier=1,
    # Acknowledged when taken: a drain that dies is replaced by the next tick, not by redelivery.
    task_acks_late=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    # Who publishes must not hang or repeat when Redis is away; a worker reconnects by the settings above.
    task_publish_retry=False,
    broker_connection_timeout=1.0,
    broker_transport_options={
        "max_retries": 0,
        "socket_connect_timeout": 1.0,
        "socket_timeout": 5.0,
        "visibility_timeout": 3600,
    },
    task_routes={DRAIN: {"queue": RELAY_QUEUE}},
    beat_scheduler="controlplane.beat:BoundedScheduler",
    # Each start writes them over what the database has.
    beat_schedule={
        "drain": _every(1.0, DRAIN),
        "check destinations": _every(30.0, "routing.tasks.check_destinations"),
        "measure": _every(5.0, "routing.tasks.measure"),
        "prune tallies": _every(600.0, "routing.tasks.prune_tallies"),
        "make missing keys": _every(60.0, "events.tasks.make_missing_keys"),
        "resume operations": _every(5.0, "dlq.tasks.resume_operations"),
    },
)
app.autodiscover_tasks()


@worker_shutting_down.connect
def end_drains(**_: Any) -> None:
    shutdown.request()
