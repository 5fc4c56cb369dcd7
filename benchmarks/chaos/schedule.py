"""Which fault when: made from the seed alone, so that the seed repeats it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

FIRST_SECONDS = 1.5
GAPS = (0.4, 3.0)


@dataclass(frozen=True, slots=True)
class Step:
    """`at`: seconds from the start of the load. `seed` is the fault's own source of chance."""

    at: float
    fault: str
    seed: int

    def __str__(self) -> str:
        return f"{self.at:7.1f} s  {self.fault}"


def schedule(seed: int, seconds: float, names: Sequence[str]) -> list[Step]:
    """Every fault once before any comes again."""
    return list(_deal(Random(seed), seconds, sorted(names)))


def _deal(chance: Random, seconds: float, names: list[str]) -> Iterator[Step]:
    at = FIRST_SECONDS
    while True:
        for name in chance.sample(names, len(names)):
            if at >= seconds:
                return
            yield Step(at, name, chance.getrandbits(32))
            at += chance.uniform(*GAPS)
