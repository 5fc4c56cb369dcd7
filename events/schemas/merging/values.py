"""JSON values side by side: what is the same, and what is not there."""

import json
from enum import Enum
from typing import Any, Final

Json = Any
# JSON, or ABSENT.
Value = Any


class Absent(Enum):
    """Where a side has nothing: not the same as null."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


def is_same(a: Json, b: Json) -> bool:
    """As JSON Schema compares: 1 is 1.0, true is not 1, objects have no order."""
    return bool(a == b) and _types_agree(a, b)


def content_key(value: Json) -> str:
    """Equal for values that are the same, and only for those."""
    return json.dumps(_plain(value), sort_keys=True)


def as_text(value: Json) -> str:
    """Equal for values whose members are also in the same order."""
    return json.dumps(value)


def _types_agree(a: Json, b: Json) -> bool:
    # Python takes True for 1; everything else that it finds equal is the same in JSON.
    if isinstance(a, dict):
        return all(_types_agree(value, b[name]) for name, value in a.items())
    if isinstance(a, list):
        return all(map(_types_agree, a, b))
    return isinstance(a, bool) == isinstance(b, bool)


def _plain(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(element) for element in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
