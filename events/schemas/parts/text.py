"""The one text of a JSON value: members in their order, a line for each member and element, no other white space.

Line breaks in strings are escaped, so every line ends where the structure says; that is where chunks may end.
"""

import json
from typing import Any

from events.schemas.parts.errors import PartsError

Json = Any


def text_of(value: Json) -> str:
    """Raises PartsError for what JSON cannot say: NaN, infinities, integers too long to read back, other types."""
    text = _dumped(value, ascii_only=False)
    # A lone surrogate has no UTF-8; its escape has.
    return text if _is_unicode(text) else _dumped(value, ascii_only=True)


def value_of(text: str) -> Json:
    return json.loads(text)


def _dumped(value: Json, *, ascii_only: bool) -> str:
    try:
        return json.dumps(value, ensure_ascii=ascii_only, allow_nan=False, indent=0, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        problem = type(error).__name__
    raise PartsError(f"not a JSON value that can be kept ({problem})")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
