"""How much a comparison may cost before it says that it does not know."""

import time
from collections.abc import Callable
from dataclasses import dataclass

LOOK_AT_THE_CLOCK = 64


@dataclass(frozen=True, slots=True)
class Budget:
    """`nodes` are steps of the search, `seconds` by `clock`, which is monotonic."""

    nodes: int = 200_000
    seconds: float = 2.0
    clock: Callable[[], float] = time.monotonic


DEFAULT = Budget()


class UndecidedError(Exception):
    """It is not known within the budget, or not by this reasoning, whether there is an instance."""


class Meter:
    """Counts down one budget."""

    def __init__(self, budget: Budget) -> None:
        self._left = budget.nodes
        self._clock = budget.clock
        self._end = budget.clock() + budget.seconds

    def spend(self, steps: int = 1) -> None:
        """Raises UndecidedError when the budget is used up."""
        self._left -= steps
        if self._left < 0:
            raise UndecidedError("out of steps")
        if self._left % LOOK_AT_THE_CLOCK < steps and self._clock() > self._end:
            raise UndecidedError("out of time")
