"""What libraries log through the standard library: turned into events with fields where their text would quote."""

import logging
import sys
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from structlog.typing import EventDict, WrappedLogger

from controlplane.logs.route import method_of, route_of

BEAT_SENDS = "Scheduler: Sending due task %s (%s)"
# What comes after them may be what a header said.
CSRF_REASONS = ("Origin checking failed", "Referer checking failed", "CSRF cookie", "CSRF token")
GUNICORN_QUOTES = ("Invalid request", "Error handling request")


def mark_foreign(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The text of a library is a `message`, which nothing of it can be mistaken for a field of."""
    record: logging.LogRecord = event["_record"]
    told = _task(record) or _request(record, str(event["event"])) or _server(record)
    event.update(told or {"event": event.get("logger"), "message": event["event"]})
    return event


def _task(record: logging.LogRecord) -> dict[str, Any] | None:
    """Celery's own sentence holds the exception's text and the task's arguments."""
    told: Any = getattr(record, "data", None)
    if record.name.startswith("celery.") and isinstance(told, dict):
        return {"event": "task.failed", "task": told.get("name"), "task_id": told.get("id")}
    return None


def _request(record: logging.LogRecord, text: str) -> dict[str, Any] | None:
    """Django's sentences hold the path, a header or the request's first line."""
    status = getattr(record, "status_code", None)
    if not record.name.startswith("django.") or not isinstance(status, int) or not hasattr(record, "request"):
        return None
    told: dict[str, Any] = {"event": record.name, "message": _phrase(status), "status": status}
    request = record.request
    if isinstance(request, HttpRequest):
        told |= {"method": method_of(request.method), "route": route_of(request)}
    if reason := next((reason for reason in CSRF_REASONS if text.startswith(f"Forbidden ({reason}")), None):
        told["reason"] = reason
    return told


def _server(record: logging.LogRecord) -> dict[str, Any] | None:
    """Gunicorn's sentences about a request that it cannot read, or that fails, quote it and name its sender."""
    refused = next((text for text in GUNICORN_QUOTES if str(record.msg).startswith(text)), None)
    if record.name != "gunicorn.error" or refused is None:
        return None
    error = sys.exc_info()[0]
    return {"event": record.name, "message": refused} | ({"error_class": error.__name__} if error else {})


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "answered"


class FirstOfEach(logging.Filter):
    """Beat tells of every tick of every schedule; that it ticks at all is worth one line each."""

    def __init__(self) -> None:
        super().__init__()
        self._told: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        if record.msg != BEAT_SENDS or not record.args:
            return True
        args: Any = record.args
        name = str(args[0])
        first = name not in self._told
        self._told.add(name)
        return first
