"""JSON values as the comparison sees them: equality by JSON Schema (1 is 1.0, true is not 1), exact numbers."""

from collections.abc import Hashable
from fractions import Fraction
from typing import Any

from events.schemas.compatibility.budget import UndecidedError

KINDS = ("null", "boolean", "number", "string", "array", "object")
SCALARS = frozenset({"null", "boolean", "number", "string"})
_KINDS_OF = {type(None): "null", bool: "boolean", str: "string", list: "array", tuple: "array", dict: "object"}


def kind_of(value: Any) -> str:
    return _KINDS_OF.get(type(value), "number")


def key_of(value: Any) -> tuple[str, Hashable]:
    """Equal for values that JSON Schema calls equal, and only for those."""
    kind = kind_of(value)
    if kind == "number":
        return kind, exact(value)
    if kind == "array":
        return kind, tuple(key_of(item) for item in value)
    if kind == "object":
        return kind, frozenset((name, key_of(item)) for name, item in value.items())
    return kind, value


def exact(number: Any) -> Fraction:
    """The number that its decimal text says, which for a float is not the binary one."""
    try:
        return Fraction(number) if isinstance(number, int) else Fraction(str(number))
    except ValueError:
        raise UndecidedError("no number of JSON") from None


def number_of(fraction: Fraction) -> int | float:
    """The JSON number; the nearest one where the fraction has no short decimal text."""
    try:
        return fraction.numerator if fraction.denominator == 1 else float(fraction)
    except OverflowError:
        return round(fraction)


def scalar_of(key: tuple[str, Any]) -> Any:
    """The value of a scalar's key."""
    return number_of(key[1]) if key[0] == "number" else key[1]


def alike(one: Any, other: Any) -> bool:
    """Whether JSON Schema calls two values equal."""
    # Python tells most of it faster, but for it true is 1.
    return bool(one == other) and (repr(one) == repr(other) or key_of(one) == key_of(other))
