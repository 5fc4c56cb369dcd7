"""A value in another type, exactly or not at all."""

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import orjson

INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
MAX_TEXT = 400
# Beyond these a JSON number is a double in most readers, and no longer the same integer.
LOWEST, HIGHEST = -(2**63), 2**63 - 1
BOOLEANS = {"true": True, "false": False}


class CastError(ValueError):
    """A value has no exact counterpart in the other type."""


def to_string(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and LOWEST <= value <= HIGHEST:
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else orjson.dumps(value).decode()
    raise CastError("is no string, number or boolean")


def to_integer(value: Any) -> int:
    if isinstance(value, str) and INTEGER.fullmatch(value):
        value = int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and LOWEST <= value <= HIGHEST:
        return value
    raise CastError("is no integer of 64 bits, nor a string that is one")


def to_number(value: Any) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and INTEGER.fullmatch(value) and LOWEST <= int(value) <= HIGHEST:
        return int(value)
    if isinstance(value, str) and len(value) <= MAX_TEXT and NUMBER.fullmatch(value):
        return _exact(value)
    raise CastError("is no number, nor a string that is one")


def to_boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in BOOLEANS:
        return BOOLEANS[value]
    raise CastError('is no boolean, nor "true" or "false"')


CASTS: Mapping[str, Callable[[Any], Any]] = {
    "string": to_string,
    "integer": to_integer,
    "number": to_number,
    "boolean": to_boolean,
}


def _exact(text: str) -> float:
    number = float(text)
    if not math.isfinite(number) or Decimal(repr(number)) != Decimal(text):
        raise CastError("has more digits than a number can hold")
    return number
