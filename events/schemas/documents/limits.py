"""Whether a Python value is JSON, and small enough to be looked at as a schema."""

import json
import math
from typing import Any

from events.envelope.json_text import escape
from events.schemas.documents.errors import SchemaError

MAX_BYTES = 512 * 1024
MAX_DEPTH = 64
MAX_VALUES = 20_000
# Beyond a double no two programs agree, and the validator refuses them.
MAX_NUMBER = 10**308


def check_limits(value: Any, what: str = "a schema") -> None:
    """Raise SchemaError for what is not JSON, is nested too deep, or too large. Nothing here recurses."""
    _walk(value, what)
    size = len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
    check_size(size, what)


def check_size(size: int, what: str = "a schema") -> None:
    if size > MAX_BYTES:
        raise SchemaError([("", f"{what} has at most {MAX_BYTES // 1024} KB, this has {size // 1024}")])


def _walk(value: Any, what: str) -> None:
    waiting, seen = [("", value, 1)], 0
    while waiting:
        place, value, depth = waiting.pop()
        seen += 1
        if seen > MAX_VALUES:
            raise SchemaError([("", f"{what} has at most {MAX_VALUES:,} values")])
        if wrong := _wrong(value):
            raise SchemaError([(place, wrong)])
        if isinstance(value, dict | list):
            if depth > MAX_DEPTH:
                raise SchemaError([("", f"{what} is nested at most {MAX_DEPTH} levels deep")])
            members = value.items() if isinstance(value, dict) else enumerate(value)
            waiting.extend((f"{place}/{escape(str(key))}", child, depth + 1) for key, child in members)


def _wrong(value: Any) -> str | None:
    if isinstance(value, dict):
        return next(filter(None, map(_wrong_name, value)), None)
    if isinstance(value, str):
        return _wrong_text(value)
    if isinstance(value, bool | list) or value is None:
        return None
    if not isinstance(value, int | float):
        return "is not JSON"
    if not math.isfinite(value) if isinstance(value, float) else abs(value) > MAX_NUMBER:
        return "is a number beyond a double"
    return None


def _wrong_name(name: Any) -> str | None:
    return _wrong_text(name) if isinstance(name, str) else "has a member whose name is no string"


def _wrong_text(text: str) -> str | None:
    if "\0" in text:
        return "holds U+0000"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "holds a lone surrogate"
    return None
