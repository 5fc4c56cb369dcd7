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
    beat_scheduler="django_celery_beat.schedulers:DatabaseScheduler",
    # Each expires when the next is due, or they would pile up behind a long one.
    beat_schedule={
        "drain": {"task": DRAIN, "schedule": 1.0, "options": {"expires": 1}},
        "check destinations": {
            "task": "routing.tasks.check_destinations",
            "schedule": 30.0,
            "options": {"expires": 30},
        },
        "measure": {"task": "routing.tasks.measure", "schedule": 5.0, "options": {"expires": 5}},
        "prune tallies": {"task": "routing.tasks.prune_tallies", "schedule": 600.0, "options": {"expires": 600}},
        "make missing keys": {
            "task": "events.tasks.make_missing_keys",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        "resume operations": {"task": "dlq.tasks.resume_operations", "schedule": 5.0, "options": {"expires": 5}},
    },
)
app.autodiscover_tasks()


@worker_shutting_down.connect
def end_drains(**_: Any) -> None:
    shutdown.request()
