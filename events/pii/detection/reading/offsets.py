"""From an offset in a text that was decoded back to the text it was decoded from."""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
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
"""How many characters came out, and how many went in for each of them; 0 where one went in for all of them."""


@dataclass(slots=True)
class Pieces:
    """Decoded piece by piece; the pieces are made again when something is found, which is seldom.

    Only where each of them begins is remembered: many texts have few.
    """

    made: Callable[[], Iterable[Piece]]
    always_changed: bool = False
    _inner: "array[int]" = field(default_factory=lambda: array("q"))
    _outer: "array[int]" = field(default_factory=lambda: array("q"))
    _widths: "array[int]" = field(default_factory=lambda: array("q"))

    def outer(self, start: int, end: int) -> tuple[int, int]:
        if not self._inner:
            self._measure()
        first, last = self._at(start), self._at(end - 1)
        return first[0], last[0] + last[1]

    def changed(self, start: int, end: int) -> bool:
        before, after = self.outer(start, end)
        return self.always_changed or after - before != end - start

    def _at(self, offset: int) -> tuple[int, int]:
        """Where a character begins in the text around, and how many it was written with."""
        piece = bisect_right(self._inner, offset) - 1
        width = self._widths[piece]
        return self._outer[piece] + (offset - self._inner[piece]) * width, width or 1

    def _measure(self) -> None:
        inner = outer = 0
        for count, width in self.made():
            if count:
                self._inner.append(inner)
                self._outer.append(outer)
                self._widths.append(width)
            inner += count
            outer += count * width if width else 1


@dataclass(slots=True)
class Characters:
    """Decoded character by character, each to none, one or more; `pieces` are those of the text."""

    text: str
    pieces: Pieces

    def outer(self, start: int, end: int) -> tuple[int, int]:
        return self.pieces.outer(start, end)

    def changed(self, start: int, end: int) -> bool:
        before, after = self.outer(start, end)
        return after - before != end - start or not self.text[before:after].isascii()
