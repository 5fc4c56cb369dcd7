"""What may be said of an exception: its class and where it came from. Texts of others may quote what they choked on."""

import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

OURS = frozenset({"controlplane", "dlq", "events", "routing"})
# Their first line names a server, a file or a setting; what follows it may be DETAIL, which quotes a row.
TELLING = frozenset(
    {"OperationalError", "InterfaceError", "ImproperlyConfigured", "ImportError", "ModuleNotFoundError"}
)
MOST_CAUSES, MOST_FRAMES, MOST_TEXT = 5, 25, 500
ROOT = str(Path(__file__).resolve().parents[2])


def describe(error: BaseException, trace: TracebackType | None = None) -> list[dict[str, Any]]:
    """The error and its causes, the outermost first; frames as `file:line in function`, without source or locals."""
    return [_described(each, trace if each is error else None) for each in _chain(error)]


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in seen and len(seen) < MOST_CAUSES:
        yield following
        seen.append(following)
        hidden = following.__suppress_context__
        following = following.__cause__ or (None if hidden else following.__context__)


def _described(error: BaseException, trace: TracebackType | None) -> dict[str, Any]:
    kind = type(error)
    described: dict[str, Any] = {"class": f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")}
    if text := _text(error):
        described["text"] = text
    for name in ("sqlstate", "errno"):
        if isinstance(value := getattr(error, name, None), str | int):
            described[name] = value
    described["frames"] = [
        f"{_short(frame.f_code.co_filename)}:{line} in {frame.f_code.co_name}"
        for frame, line in list(traceback.walk_tb(trace or error.__traceback__))[-MOST_FRAMES:]
    ]
    return described


def _text(error: BaseException) -> str:
    kind = type(error)
    ours = kind.__module__.partition(".")[0] in OURS
    system = isinstance(error, OSError) and kind.__module__ == "builtins"
    told = ours or system or (kind.__name__ in TELLING and not kind.__module__.startswith("psycopg"))
    lines = str(error).splitlines() if told else []
    return lines[0][:MOST_TEXT] if lines else ""


def _short(path: str) -> str:
    return path.rpartition("/site-packages/")[2].removeprefix(f"{ROOT}/")
