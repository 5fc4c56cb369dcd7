"""Celery's part: its processes log as the others do, and every line of a task says which task and for which request."""

from logging.config import dictConfig
from typing import Any

import structlog
from celery.signals import before_task_publish, setup_logging, task_postrun, task_prerun
from django.conf import settings
from structlog.contextvars import bind_contextvars, get_contextvars, unbind_contextvars

from controlplane.environment import warn_if_misnamed

log = structlog.get_logger(__name__)


@setup_logging.connect
def keep_ours(**_: Any) -> None:
    """With a receiver Celery leaves logging alone, its `--loglevel` included. Workers and beat ask once, at first."""
    dictConfig(settings.LOGGING)
    warn_if_misnamed()


@before_task_publish.connect
def hand_on_request(headers: dict[str, Any] | None = None, **_: Any) -> None:
    request_id = get_contextvars().get("request_id")
    if headers is not None and request_id is not None:
        headers["request_id"] = request_id


@task_prerun.connect
def bind_task(task_id: str, task: Any, **_: Any) -> None:
    request = task.request
    known = {"request_id": (request.headers or {}).get("request_id"), "worker": request.hostname}
    bind_contextvars(task=task.name, task_id=task_id, **{key: value for key, value in known.items() if value})


@task_postrun.connect
def unbind_task(**_: Any) -> None:
    unbind_contextvars("task", "task_id", "worker", "request_id")
