"""From an event to its line. Whatever a value holds, it stays on the line and inside its field."""

import json
import math
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

from structlog.typing import EventDict, Processor, WrappedLogger

from controlplane.logs.errors import describe

MOST_CHARACTERS, MOST_ITEMS, MOST_DEPTH = 1000, 100, 4
CREDENTIALS = re.compile(r"://[^/?#\s]*@")
HEAD = ("timestamp", "level", "event")
WRITTEN_OUT = (UUID, date, Decimal, PurePath, timedelta)


def take_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The exception as data, in the place of what would be printed of it."""
    event.pop("stack_info", None)
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error, trace = (given[1], given[2]) if isinstance(given, tuple) else (given, None)
    if isinstance(error, BaseException):
        chain = describe(error, trace)
        event.update(error_class=chain[0]["class"], exception=chain)
    return event


def drop_own(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Without what structlog keeps for itself, and in a steady order."""
    rest = {key: value for key, value in event.items() if key not in HEAD and not key.startswith("_")}
    return {key: event.get(key) for key in HEAD} | rest


def to_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    # ASCII: terminals act on controls beyond it too. Of those within, JSON leaves only DEL as it is.
    return json.dumps({key: plain(value) for key, value in event.items()}).replace("\x7f", "\\u007f")


def to_text(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """`time level event field=value …`; texts are quoted and their controls written as escapes."""
    values = {key: plain(value) for key, value in event.items() if key not in ("exception", "logger")}
    timestamp, level, name = (str(values.pop(key)) for key in HEAD)
    fields = "".join(f" {_word(key)}={value!r}" for key, value in values.items())
    line = f"{timestamp[:23]}Z {level.upper():8} {_word(name)}{fields}"
    return "\n".join([line, *_trace(event.get("exception", ()))])


def plain(value: Any, depth: int = 0) -> Any:
    """A value as JSON can hold it, of bounded size; of an object that is none of the known kinds, only the class."""
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, WRITTEN_OUT):
        return str(value)
    return _collection(value, depth)


def _collection(value: Any, depth: int) -> Any:
    if depth < MOST_DEPTH and isinstance(value, Mapping):
        return {_text(str(key)): plain(item, depth + 1) for key, item in _first(value.items())}
    if depth < MOST_DEPTH and isinstance(value, list | tuple | set | frozenset):
        return [plain(item, depth + 1) for item in _first(value)]
    return f"<{type(value).__name__}>"


def _first(items: Iterable[Any]) -> list[Any]:
    return [item for _, item in zip(range(MOST_ITEMS), items, strict=False)]


def _text(value: str) -> str:
    text = value if len(value) <= MOST_CHARACTERS else value[:MOST_CHARACTERS] + "…"
    return CREDENTIALS.sub("://***@", text) if "@" in text else text


def _word(text: str) -> str:
    return text if text.isprintable() and " " not in text else repr(text)


def _trace(exception: Iterable[Mapping[str, Any]]) -> list[str]:
    """Below the line, indented: all of it made of places in code, but for a text, which is quoted."""
    lines = []
    for error in exception:
        told = "".join(f" {key}={plain(value)!r}" for key, value in error.items() if key not in ("class", "frames"))
        lines += [f"    {_word(error['class'])}{told}", *(f"      {ascii(frame)[1:-1]}" for frame in error["frames"])]
    return lines


FORMATS: Mapping[str, list[Processor]] = {
    "json": [take_exception, drop_own, to_json],
    "text": [take_exception, drop_own, to_text],
}
