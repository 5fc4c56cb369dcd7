"""A number within bounds, a multiple of some numbers and of none of others. Exact."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, lcm

from events.schemas.compatibility.budget import Meter
from events.schemas.compatibility.nodes import Op, Signed
from events.schemas.compatibility.solving.outcome import NONE, UNKNOWN, Outcome, sure
from events.schemas.compatibility.values import exact, number_of

Bound = tuple[Fraction, bool]  # and whether it is excluded
# A step that divides none of the usual multiples, for a number where any will do.
FRACTIONS = [Fraction(1, 2), Fraction(1, 4), Fraction(3, 8), Fraction(1, 10), Fraction(7, 100), Fraction(1, 1000)]


@dataclass(slots=True)
class Shape:
    low: Bound | None = None
    high: Bound | None = None
    step: Fraction | None = None
    never_steps: list[Fraction] = field(default_factory=list)
    only: set[Fraction] | None = None
    never: set[Fraction] = field(default_factory=set)

    def allows(self, number: Fraction) -> bool:
        return (
            self.within(number)
            and (self.step is None or _multiple(number, self.step))
            and number not in self.never
            and not any(_multiple(number, step) for step in self.never_steps)
        )

    def within(self, number: Fraction) -> bool:
        above = self.low is None or number > self.low[0] or (number == self.low[0] and not self.low[1])
        return above and (self.high is None or number < self.high[0] or (number == self.high[0] and not self.high[1]))


def solve_number(literals: Iterable[Signed], meter: Meter) -> Outcome:
    shape = _shape(literals)
    if shape.only is not None:
        return _first(shape, sorted(shape.only))
    if shape.step is not None:
        return _on_steps(shape, shape.step, meter)
    return _anywhere(shape, meter)


def _shape(literals: Iterable[Signed]) -> Shape:
    shape = Shape()
    for node, sign in literals:
        if node.op in (Op.AT_MOST, Op.BELOW):
            _bound(shape, node.args[0], node.op is Op.BELOW, sign)
        elif node.op is Op.MULTIPLE:
            _step(shape, node.args[0], sign)
        elif node.op is Op.IN:
            numbers = {number for _, number in node.args[0]}
            if sign:
                shape.only = numbers if shape.only is None else shape.only & numbers
            else:
                shape.never |= numbers
    return shape


def _bound(shape: Shape, number: Fraction, excluded: bool, upper: bool) -> None:
    if upper:
        tighter = shape.high is None or (number, not excluded) < (shape.high[0], not shape.high[1])
        shape.high = (number, excluded) if tighter else shape.high
    else:
        # Not "at most" is above; not "below" is at least.
        bound = (number, not excluded)
        shape.low = bound if shape.low is None or bound > shape.low else shape.low


def _step(shape: Shape, step: Fraction, sign: bool) -> None:
    if not sign:
        shape.never_steps.append(step)
    elif shape.step is None:
        shape.step = step
    else:
        shape.step = common_multiple(shape.step, step)


def common_multiple(one: Fraction, other: Fraction) -> Fraction:
    """The least number that is a multiple of both."""
    below = lcm(one.denominator, other.denominator)
    return Fraction(lcm(int(one * below), int(other * below)), below)


def _multiple(number: Fraction, step: Fraction) -> bool:
    return (number / step).denominator == 1


def _first(shape: Shape, numbers: Iterable[Fraction]) -> Outcome:
    """The first that can be written as it is: a double rounds, and what it rounds to may be another number."""
    best = NONE
    for number in numbers:
        if shape.allows(number):
            value = number_of(number)
            if exact(value) == number:
                return sure(value)
            best = UNKNOWN
    return best


def _on_steps(shape: Shape, step: Fraction, meter: Meter) -> Outcome:
    """Among the multiples of the step. Whether one is a multiple of others repeats with a period."""
    if any(_multiple(step, never) for never in shape.never_steps):
        return _first(shape, [])
    period = lcm(1, *(_period(step, never) for never in shape.never_steps))
    # In each period one remains at least, the one after a multiple of all; the others are taken away singly.
    enough = period * (len(shape.never) + 1) + 1
    if enough > 1 << 20:
        return _sparse(shape, step, period, meter)
    return _first(shape, _metered((index * step for index in _indices(shape, step, enough)), meter))


def _metered(numbers: Iterable[Fraction], meter: Meter) -> Iterator[Fraction]:
    for number in numbers:
        meter.spend()
        yield number


def _period(step: Fraction, never: Fraction) -> int:
    """Every so many multiples of the step, one is a multiple of the other."""
    return (never / step).numerator


def _indices(shape: Shape, step: Fraction, most: int) -> Iterator[int]:
    """Multiples within the bounds, from the bound that there is."""
    first = ceil(shape.low[0] / step) if shape.low else None
    last = floor(shape.high[0] / step) if shape.high else None
    if first is not None:
        end = first + most + 1
        yield from range(first, end if last is None else min(end, last + 1))
    elif last is not None:
        yield from range(last, last - most - 2, -1)
    else:
        yield from range(most + 1)


def _sparse(shape: Shape, step: Fraction, period: int, meter: Meter) -> Outcome:
    """A period too long to walk: the multiples next to the bounds and to those of all, then no answer."""
    near = [*_indices(shape, step, 4096)]
    found = _first(shape, _metered((index * step for index in near), meter))
    if not found.none:
        return found
    last = floor(shape.high[0] / step) if shape.high else None
    if not near or (shape.low and last is not None and last - near[0] < len(near)):
        return NONE
    base = (near[0] // period + 1) * period if shape.low else (near[0] // period - 1) * period
    return _next_to(shape, step, base, period)


def _next_to(shape: Shape, step: Fraction, base: int, period: int) -> Outcome:
    direction = 1 if shape.low or not shape.high else -1
    candidates = [(base + direction * turn * period + 1) * step for turn in range(len(shape.never) + 2)]
    found = _first(shape, candidates)
    return UNKNOWN if found.none else found


def _anywhere(shape: Shape, meter: Meter) -> Outcome:
    """Among all numbers: between two different bounds there are more than can be taken away."""
    low, high = shape.low, shape.high
    if low and high and low[0] >= high[0]:
        return _first(shape, [low[0]])
    found = _first(shape, _metered(_near(low, high, len(shape.never) + 64), meter))
    return UNKNOWN if found.none else found


def _near(low: Bound | None, high: Bound | None, count: int) -> Iterator[Fraction]:
    start = Fraction(ceil(low[0])) if low else Fraction(floor(high[0])) if high else Fraction(0)
    direction = 1 if low or not high else -1
    yield from (bound[0] for bound in (low, high) if bound)
    for turn in range(count):
        yield start + direction * turn
    for part in FRACTIONS:
        for turn in range(count):
            yield start + direction * (turn + part)
    yield from _between(low, high, count)


def _between(low: Bound | None, high: Bound | None, count: int) -> Iterator[Fraction]:
    if low is None or high is None:
        return
    # Decimals of a denominator that fits the distance, so that they have a short text.
    size = Fraction(1)
    while size * 4 > high[0] - low[0]:
        size /= 10
    for part in (size, size / 10, size * Fraction(7, 1000)):
        first = floor(low[0] / part)
        yield from ((first + turn) * part for turn in range(count))
