"""What a producer hands in next: groups of events, half of them with a key that is this producer's own."""

from collections import Counter
from random import Random

from benchmarks.chaos.layouts import TYPES
from benchmarks.chaos.ledger import LARGE, MALFORMED, Record

LARGEST_GROUP = 20
KEYS, HOT_KEYS = 80, 6
POISON_SHARE = 0.01
WEIGHTS = (30, 30, 20, 15, 5)


class Draw:
    """One producer's events; those of a key are numbered in the order in which they are drawn."""

    def __init__(self, name: str, chance: Random) -> None:
        self.name = name
        self.chance = chance
        self.drawn = 0
        self.numbers: Counter[str] = Counter()

    def group(self, size: int) -> list[Record]:
        return [self._record() for _ in range(size)]

    def _record(self) -> Record:
        self.drawn += 1
        (type_,) = self.chance.choices(TYPES, WEIGHTS)
        record = Record(f"{self.name}-{self.drawn}", type_, poison=self._poison())
        if self.chance.random() < 0.5:
            record.key = self._key()
            self.numbers[record.key] += 1
            record.number = self.numbers[record.key]
        return record

    def _poison(self) -> str:
        return self.chance.choice((LARGE, MALFORMED)) if self.chance.random() < POISON_SHARE else ""

    def _key(self) -> str:
        """Some keys are hot: several events of one are in hand at once."""
        keys = HOT_KEYS if self.chance.random() < 0.4 else KEYS
        return f"{self.name}-key-{self.chance.randrange(keys)}"
