"""An array: a length, and for each item whether it is of each sort that is counted."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from events.schemas.compatibility.building.scalars import equal
from events.schemas.compatibility.nodes import Signed
from events.schemas.compatibility.solving.array_shape import Shape, shape_of
from events.schemas.compatibility.solving.clauses import Literals
from events.schemas.compatibility.solving.distinct import Distinct
from events.schemas.compatibility.solving.filling import Filling
from events.schemas.compatibility.solving.outcome import (
    MISSING,
    NONE,
    UNKNOWN,
    Found,
    Outcome,
    better,
    maybe,
    sure,
)

if TYPE_CHECKING:
    from events.schemas.compatibility.solving.solver import Solver

MAX_SORTS = 6
MAX_PAIRED = 12
MAX_ATTEMPTS = 8
Extra = Mapping[int, list[Signed]]


def solve_array(solver: "Solver", literals: Literals) -> Outcome:
    shape = shape_of(solver.nodes, literals)
    if shape.most is not None and shape.most < shape.least:
        return NONE
    if any(count.most is not None and count.most < count.least for count in shape.counts.values()):
        return NONE
    if len(shape.counts) > MAX_SORTS:
        return UNKNOWN
    outcome = _repeated(solver, shape) if shape.repeated else _filled(solver, shape, {}, shape.least)
    return maybe(outcome.value) if shape.opaque and not outcome.none else outcome


def _filled(solver: "Solver", shape: Shape, extra: Extra, least: int) -> Outcome:
    filling = Filling(solver, shape, extra, least)
    for _ in range(MAX_ATTEMPTS):
        cells = filling.assign(Found.SURE) or filling.assign(Found.MAYBE)
        if cells is None:
            return NONE if filling.exact else UNKNOWN
        if not shape.unique:
            return _values([cell.outcome for cell in cells])
        distinct = Distinct(solver, [cell.claims for cell in cells])
        if not distinct.outcome.none:
            return distinct.outcome
        if not shape.counts:
            # There was one way to choose the sorts only, so that its failure is proof.
            return NONE
        if not distinct.scarce:
            return UNKNOWN
        filling.limits.update(distinct.scarce)
    return UNKNOWN


def _values(outcomes: list[Outcome]) -> Outcome:
    values: list[Any] = [outcome.value for outcome in outcomes]
    if any(value is MISSING for value in values):
        return UNKNOWN
    return sure(values) if all(outcome.sure for outcome in outcomes) else maybe(values)


def _repeated(solver: "Solver", shape: Shape) -> Outcome:
    """Two alike: at one of each pair of places."""
    best = NONE
    for low, high in _pairs(shape):
        solver.meter.spend()
        value = solver.solve([*shape.claims(low), *shape.claims(high)])
        if value.none:
            continue
        if not value.tangible:
            best = better(best, UNKNOWN)
            continue
        same: list[Signed] = [(equal(solver.nodes, value.value), True)]
        outcome = _filled(solver, shape, {low: same, high: same}, max(shape.least, high + 1))
        # With sorts to count, another value might have done.
        best = better(best, UNKNOWN if outcome.none and shape.counts else outcome)
        if best.sure:
            return best
    return UNKNOWN if best.none and shape.places > MAX_PAIRED else best


def _pairs(shape: Shape) -> Iterator[tuple[int, int]]:
    end = min(shape.places, MAX_PAIRED) + 2
    if shape.most is not None:
        end = min(end, shape.most)
    yield from ((low, high) for high in range(end) for low in range(high))
