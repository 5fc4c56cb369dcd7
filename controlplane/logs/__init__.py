"""Logs: one line for each change of state, what it is about as ids, never event data. See docs/operations.md.

JSON for machines, text for people; our own events and those of the libraries go through the same formatter.
"""

import logging
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import Processor

from controlplane.logs.foreign import mark_foreign
from controlplane.logs.lines import FORMATS

LEVELS = ("INFO", "DEBUG", "WARNING", "ERROR", "CRITICAL")
STREAMS = ("stdout", "stderr")

# What libraries tell of each statement, request and message quotes values, or says the same every second.
NEVER_BELOW = {
    "INFO": ("amqp", "asyncio", "axes", "boto3", "gunicorn.error", "kombu", "nats", "urllib3"),
    "WARNING": ("botocore", "django.db", "django.template", "django.utils.autoreload"),
}
EVERY_TASK = ("celery.app.trace", "celery.worker.request", "celery.worker.strategy")

_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure(form: str, level: str, stream: str = "stdout") -> dict[str, Any]:
    """Set structlog up, and return Django's LOGGING. What is unknown is read as JSON, INFO, stdout; a check says so."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_SHARED, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": ProcessorFormatter,
                "foreign_pre_chain": [*_SHARED, mark_foreign],
                "processors": FORMATS.get(form, FORMATS["json"]),
            }
        },
        "filters": {"once": {"()": "controlplane.logs.foreign.FirstOfEach"}},
        "handlers": {
            "line": {
                "()": "controlplane.logs.stream.CurrentStream",
                "name": stream if stream in STREAMS else "stdout",
                "formatter": "line",
            }
        },
        "root": {"handlers": ["line"], "level": level if level in LEVELS else "INFO"},
        "loggers": _loggers(level),
    }


def _loggers(level: str) -> dict[str, Any]:
    quiet = {name: least for least, names in NEVER_BELOW.items() for name in names}
    if level != "DEBUG":
        quiet |= dict.fromkeys(EVERY_TASK, "WARNING")
    wanted = getattr(logging, level) if level in LEVELS else logging.INFO
    loggers: dict[str, Any] = {
        name: {"level": logging.getLevelName(max(wanted, getattr(logging, least)))} for name, least in quiet.items()
    }
    # Django's own handlers would print a second time, and mail settings and requests to ADMINS.
    for name in ("django", "django.server"):
        loggers[name] = {"handlers": [], "level": "NOTSET", "propagate": True}
    return loggers | {"celery.beat": {"filters": ["once"]}}
