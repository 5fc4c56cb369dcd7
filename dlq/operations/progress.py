"""How far an act on many is, for people: pure, of the numbers that it keeps."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """`taken` of `total` after `seconds` of work."""

    taken: int
    total: int
    seconds: float
    ended: bool

    @property
    def percent(self) -> int:
        """What was taken by others is left out: an act that ended is at its end, however many it took."""
        if self.ended or not self.total:
            return 100 if self.ended else 0
        return min(100, self.taken * 100 // self.total)

    @property
    def per_second(self) -> float | None:
        """None before there is anything to tell it from."""
        return self.taken / self.seconds if self.taken and self.seconds > 0 else None

    @property
    def seconds_left(self) -> float | None:
        if self.ended or self.per_second is None:
            return None
        return max(0, self.total - self.taken) / self.per_second
