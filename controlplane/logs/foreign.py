"""What libraries log through the standard library: turned into events with fields where their text would quote."""

import logging
from typing import Any

from structlog.typing import EventDict, WrappedLogger

BEAT_SENDS = "Scheduler: Sending due task %s (%s)"


def mark_foreign(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The text of a library is a `message`, which nothing of it can be mistaken for a field of."""
    told: Any = getattr(event["_record"], "data", None)
    if str(event.get("logger", "")).startswith("celery.") and isinstance(told, dict):
        # Celery's own sentence holds the exception's text and the task's arguments.
        event.update(event="task.failed", task=told.get("name"), task_id=told.get("id"))
    else:
        event.update(message=event["event"], event=event.get("logger"))
    return event


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
