"""From an offset in a text that was decoded back to the text it was decoded from."""

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import repeat
from typing import Protocol


class Offsets(Protocol):
    """Where a span of a decoded text stands in the text around it."""

    def outer(self, start: int, end: int) -> tuple[int, int]: ...

    def changed(self, start: int, end: int) -> bool:
        """Whether that span was written otherwise than it reads."""
        ...


@dataclass(frozen=True, slots=True)
class Run:
    """Decoded as a whole: whatever is found in it stands for all of it."""

    start: int
    end: int

    def outer(self, start: int, end: int) -> tuple[int, int]:
        return self.start, self.end

    def changed(self, start: int, end: int) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Shift:
    """The same characters, somewhere further on."""

    by: int

    def outer(self, start: int, end: int) -> tuple[int, int]:
        return start + self.by, end + self.by

    def changed(self, start: int, end: int) -> bool:
        return True


Piece = tuple[int, int]
"""How many characters came out, and how many went in for each of them."""


@dataclass(slots=True)
class Pieces:
    """Decoded piece by piece; the pieces are made again when something is found, which is seldom."""

    made: Callable[[], Iterable[Piece]]
    always_changed: bool = False
    _starts: "array[int]" = field(default_factory=lambda: array("q"))
    _ends: "array[int]" = field(default_factory=lambda: array("q"))

    def outer(self, start: int, end: int) -> tuple[int, int]:
        if not self._starts:
            self._measure()
        return self._starts[start], self._ends[end - 1]

    def changed(self, start: int, end: int) -> bool:
        before, after = self.outer(start, end)
        return self.always_changed or after - before != end - start

    def _measure(self) -> None:
        place = 0
        for count, width in self.made():
            after = place + count * width
            self._starts.extend(range(place, after, width))
            self._ends.extend(range(place + width, after + width, width))
            place = after


@dataclass(slots=True)
class Characters:
    """Decoded character by character, each to none, one or more."""

    text: str
    lengths: Callable[[str], Iterable[int]]
    _sources: "array[int]" = field(default_factory=lambda: array("q"))

    def outer(self, start: int, end: int) -> tuple[int, int]:
        if not self._sources:
            for source, count in enumerate(self.lengths(self.text)):
                self._sources.extend(repeat(source, count))
        return self._sources[start], self._sources[end - 1] + 1

    def changed(self, start: int, end: int) -> bool:
        before, after = self.outer(start, end)
        return after - before != end - start or not self.text[before:after].isascii()
