"""Which sort each item of an array is of, so that every sort has as many items as it must."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from events.schemas.compatibility.nodes import Signed
from events.schemas.compatibility.solving.array_shape import Count, Shape
from events.schemas.compatibility.solving.outcome import Found, Outcome

if TYPE_CHECKING:
    from events.schemas.compatibility.solving.solver import Solver

MAX_LENGTH = 2_000
MAX_EXTRA = 100
Counted = tuple[int, ...]
Claims = tuple[Signed, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One choice for an item: of which sorts it is, all that is claimed of it, and a value."""

    sorts: Counted
    claims: Claims
    outcome: Outcome


class Filling:
    """`extra` is claimed of items at some places. `exact` is False when lengths were left out."""

    def __init__(self, solver: "Solver", shape: Shape, extra: Mapping[int, list[Signed]], least: int) -> None:
        self._solver = solver
        self._shape = shape
        self._extra = extra
        self._least = least
        self._counts = list(shape.counts.values())
        self._alike = max(shape.places, *(index + 1 for index in extra), 0)
        self._cells: dict[int, list[Cell]] = {}
        # Of items under these claims there are no more that differ.
        self.limits: dict[Claims, int] = {}
        # What is longer has an item that could be left out.
        needed = max(least, self._alike) + sum(count.least for count in self._counts)
        longest = needed if shape.most is None else min(needed, shape.most)
        self._longest = min(longest, max(least, self._alike) + MAX_EXTRA)
        self.exact = longest == self._longest and least <= MAX_LENGTH

    def assign(self, weakest: Found) -> list[Cell] | None:
        """A shortest array, using the cells that are at least as sure. None when there is none."""
        if self._least > MAX_LENGTH:
            return None
        before: list[Counted] = [(0,) * (len(self._counts) + len(self.limits))]
        chains: list[dict[Counted, tuple[Counted, Cell]]] = []
        for length in range(self._longest + 1):
            done = next((counted for counted in before if self._enough(counted, length)), None)
            if done is not None:
                return _unwound(chains, done)
            following = self._extended(before, length, weakest)
            if not following:
                return None
            chains.append(following)
            before = list(following)
        return None

    def _enough(self, counted: Counted, length: int) -> bool:
        counts = zip(counted, self._counts, strict=False)
        return length >= self._least and all(number >= count.least for number, count in counts)

    def _extended(self, before: list[Counted], index: int, weakest: Found) -> dict[Counted, tuple[Counted, Cell]]:
        following: dict[Counted, tuple[Counted, Cell]] = {}
        for counted in before:
            self._solver.meter.spend()
            for cell in self._cells_at(index):
                after = self._after(counted, cell)
                if cell.outcome.found >= weakest and after is not None:
                    following.setdefault(after, (counted, cell))
        return following

    def _after(self, counted: Counted, cell: Cell) -> Counted | None:
        after = []
        for number, one, count in zip(counted, cell.sorts, self._counts, strict=False):
            if count.most is not None and number + one > count.most:
                return None
            after.append(number + one if count.most is not None else min(number + one, count.least))
        for number, (claims, most) in zip(counted[len(after) :], self.limits.items(), strict=True):
            after.append(number + (cell.claims == claims))
            if after[-1] > most:
                return None
        return tuple(after)

    def _cells_at(self, index: int) -> list[Cell]:
        place = min(index, self._alike)
        if place not in self._cells:
            self._cells[place] = list(self._made(place))
        return self._cells[place]

    def _made(self, index: int) -> Iterator[Cell]:
        claims = [*self._shape.claims(index), *self._extra.get(index, ())]
        choices = [((0,) if count.first > index else (0, 1)) for count in self._counts]
        for sorts in product(*choices):
            chosen = [*claims, *self._of_sorts(index, sorts)]
            outcome = self._solver.solve(chosen)
            if not outcome.none:
                yield Cell(sorts, tuple(chosen), outcome)

    def _of_sorts(self, index: int, sorts: Counted) -> Iterator[Signed]:
        for one, count in zip(sorts, self._counts, strict=True):
            if _counts_at(count, index):
                yield count.node, bool(one)


def _counts_at(count: Count, index: int) -> bool:
    return count.first <= index


def _unwound(chains: list[dict[Counted, tuple[Counted, Cell]]], counted: Counted) -> list[Cell]:
    cells = []
    for following in reversed(chains):
        counted, cell = following[counted]
        cells.append(cell)
    return cells[::-1]
