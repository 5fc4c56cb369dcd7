"""Numbers of a schema: preferably those at its bounds."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from events.schemas.examples.draw import Draw
from events.schemas.examples.errors import NoExampleError

USUAL_SPAN = Decimal(100)
MAX_DIGITS = 40


def number(schemas: Sequence[dict[str, Any]], draw: Draw, *, whole: bool) -> int | float:
    step = _step(schemas, whole)
    low, high = _bounds(schemas)
    first, last = _steps(low, step, ROUND_CEILING), _steps(high, step, ROUND_FLOOR)
    if any(_is(schema, "exclusiveMinimum", low) for schema in schemas) and first * step == low:
        first += 1
    if any(_is(schema, "exclusiveMaximum", high) for schema in schemas) and last * step == high:
        last -= 1
    if first > last and not whole and not _values(schemas, "multipleOf"):
        return float((low + high) / 2)
    made = step * draw.among((draw.between(first, last), min(max(0, first), last)))
    return int(made) if made == made.to_integral_value() else float(made)


def _step(schemas: Sequence[dict[str, Any]], whole: bool) -> Decimal:
    """The least common multiple, where whole numbers have one; halves where nothing is asked."""
    steps = [Decimal(str(schema["multipleOf"])) for schema in schemas if "multipleOf" in schema]
    if whole:
        steps.append(Decimal(1))
    if not steps:
        return Decimal("0.5")
    digits = max(-int(step.as_tuple().exponent) for step in steps)
    if max(digits, *(step.adjusted() for step in steps)) > MAX_DIGITS:
        raise NoExampleError
    scale: int = 10 ** max(digits, 0)
    found = 1
    for step in steps:
        found = _common(found, int(step * scale))
    return Decimal(found) / scale


def _common(one: int, other: int) -> int:
    a, b = one, other
    while b:
        a, b = b, a % b
    return one * other // a


def _bounds(schemas: Sequence[dict[str, Any]]) -> tuple[Decimal, Decimal]:
    lows = _values(schemas, "minimum") + _values(schemas, "exclusiveMinimum")
    highs = _values(schemas, "maximum") + _values(schemas, "exclusiveMaximum")
    if not lows:
        lows = [min(highs, default=USUAL_SPAN) - USUAL_SPAN]
    low = max(lows)
    return low, min(highs, default=low + USUAL_SPAN)


def _values(schemas: Sequence[dict[str, Any]], keyword: str) -> list[Decimal]:
    return [Decimal(str(schema[keyword])) for schema in schemas if keyword in schema]


def _is(schema: dict[str, Any], keyword: str, value: Decimal) -> bool:
    return keyword in schema and Decimal(str(schema[keyword])) == value


def _steps(value: Decimal, step: Decimal, rounding: str) -> int:
    if value.adjusted() > MAX_DIGITS:
        raise NoExampleError
    return int((value / step).to_integral_value(rounding))
