"""Chance for making examples: the same examples for the same seed, and no attempt without end."""

import random
from collections.abc import Sequence
from enum import Enum
from typing import TypeVar

from events.schemas.examples.errors import NoExampleError

T = TypeVar("T")

MAX_VALUES = 500
MAX_DEPTH = 12
MAX_ITEMS = 300


class Size(Enum):
    """How much of what may be left out is there."""

    LEAST = 0.0
    SOME = 0.5
    MOST = 1.0


class Draw:
    """What one attempt draws from."""

    def __init__(self, seed: str, size: Size, total: int = MAX_VALUES) -> None:
        # Nothing secret hangs on it, and a seed has to give the same examples everywhere.
        self._random = random.Random(seed)  # noqa: S311
        self.size = size
        self.spent = 0
        self._total = total

    def spend(self) -> None:
        self.spent += 1
        if self.spent > self._total:
            raise NoExampleError

    def among(self, options: Sequence[T]) -> T:
        if not options:
            raise NoExampleError
        return self._random.choice(options)

    def shuffled(self, options: Sequence[T]) -> list[T]:
        return self._random.sample(options, len(options))

    def between(self, low: int, high: int) -> int:
        """Ends are as likely as all that is between them."""
        if low > high:
            raise NoExampleError
        return self.among((low, high, self._random.randint(low, high)))

    def takes(self, depth: int) -> bool:
        """Whether something optional is there; deep down nothing is, so that recursion ends."""
        return depth < MAX_DEPTH and self._random.random() < self.size.value
