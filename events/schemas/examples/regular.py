"""A text that a regular expression matches, for the expressions people write: read and drawn from in one pass."""

import re
from collections.abc import Callable

from events.schemas.examples.draw import Draw
from events.schemas.examples.errors import NoExampleError

PRINTABLE = "".join(map(chr, range(32, 127)))
WORD = "".join(one for one in PRINTABLE if one.isalnum()) + "_"
CLASSES = {
    "d": "0123456789",
    "s": " \t",
    "w": WORD,
    "D": "".join(one for one in PRINTABLE if not one.isdigit()),
    "S": PRINTABLE[1:],
    "W": "".join(one for one in PRINTABLE if one not in WORD),
}
CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "0": "\0"}
PROPERTIES = {"L": "aZé", "Lu": "AZ", "Ll": "az", "N": "019", "Nd": "019", "P": ".-"}
MAX_NESTED = 40
MAX_LENGTH = 5_000
_REPEATED = re.compile(r"\{(\d+)(,?)(\d*)\}")


def matching(pattern: str, draw: Draw, most: int) -> str:
    """Repeats what may be repeated without end at most `most` times beyond the least."""
    reader = _Reader(pattern, draw, most)
    try:
        made = reader.alternatives(0)
    except (ValueError, OverflowError) as error:
        raise NoExampleError from error
    if reader.at < len(pattern):
        raise NoExampleError
    return made


class _Reader:
    """Where the reading of a pattern is."""

    def __init__(self, pattern: str, draw: Draw, most: int) -> None:
        self.pattern = pattern
        self.at = 0
        self._draw = draw
        self._most = most

    def alternatives(self, nested: int) -> str:
        if nested > MAX_NESTED:
            raise NoExampleError
        made = [self._sequence(nested)]
        while self._next("|"):
            made.append(self._sequence(nested))
        return self._draw.among(made)

    def _sequence(self, nested: int) -> str:
        made = ""
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            start = self.at
            made += self._repeated(self._atom(nested), start, nested)
            if len(made) > MAX_LENGTH:
                raise NoExampleError
        return made

    def _repeated(self, made: str, start: int, nested: int) -> str:
        """What the quantifier after an atom makes of it: read again for each repetition, so that they differ."""
        low, high = self._quantifier()
        if (low, high) == (1, 1):
            return made
        self._next("?")
        after = self.at
        times = self._draw.between(low, max(low, min(high, low + self._most)))
        made = ""
        for _ in range(times):
            self._draw.spend()
            self.at = start
            made += self._atom(nested)
        self.at = after
        return made

    def _quantifier(self) -> tuple[int, int]:
        for sign, bounds in (("*", (0, MAX_LENGTH)), ("+", (1, MAX_LENGTH)), ("?", (0, 1))):
            if self._next(sign):
                return bounds
        found = _REPEATED.match(self.pattern, self.at)
        if found is None:
            return 1, 1
        self.at = found.end()
        low = int(found[1])
        return low, int(found[3]) if found[3] else MAX_LENGTH if found[2] else low

    def _atom(self, nested: int) -> str:
        sign = self._take()
        if sign in "^$":
            return ""
        read: dict[str, Callable[[], str]] = {
            "(": lambda: self._group(nested),
            "[": self._class,
            "\\": self._escape,
            ".": lambda: self._draw.among(WORD),
        }
        return read[sign]() if sign in read else sign

    def _group(self, nested: int) -> str:
        if self._next("?"):
            self._flags()
        made = self.alternatives(nested + 1)
        if not self._next(")"):
            raise NoExampleError
        return made

    def _flags(self) -> None:
        if self._next(":"):
            return
        self._next("P")
        if not self._next("<"):
            raise NoExampleError
        while self._take() != ">":
            pass

    def _escape(self) -> str:
        sign = self._take()
        if sign in "bB":
            return ""
        return self._draw.among(self._meant(sign))

    def _meant(self, sign: str) -> str:
        """The characters that an escape stands for."""
        if sign == "u":
            return chr(int(self._take(4), 16))
        if sign == "x":
            return chr(int(self._take(2), 16))
        if sign == "c":
            return chr(ord(self._take()) % 32)
        if sign == "p":
            return self._property()
        return CLASSES.get(sign) or CONTROLS.get(sign, sign)

    def _property(self) -> str:
        end = self.pattern.find("}", self.at)
        name = self._take(end - self.at + 1) if end > 0 else ""
        if name[1:-1] not in PROPERTIES:
            raise NoExampleError
        return PROPERTIES[name[1:-1]]

    def _class(self) -> str:
        negated = self._next("^")
        chosen = ""
        while (sign := self._take()) != "]":
            one = self._meant(self._take()) if sign == "\\" else sign
            if len(one) == 1 and self._in_run():
                self.at += 1
                last = self._take()
                one = _run(one, self._meant(self._take()) if last == "\\" else last)
            chosen += one
        if negated:
            chosen = "".join(one for one in PRINTABLE if one not in chosen)
        return self._draw.among(chosen)

    def _in_run(self) -> bool:
        return self.pattern.startswith("-", self.at) and not self.pattern.startswith("]", self.at + 1)

    def _next(self, sign: str) -> bool:
        found = self.pattern.startswith(sign, self.at)
        self.at += len(sign) * found
        return found

    def _take(self, count: int = 1) -> str:
        taken = self.pattern[self.at : self.at + count]
        if len(taken) < count or not taken:
            raise NoExampleError
        self.at += count
        return taken


def _run(first: str, last: str) -> str:
    """The ends and some of what is between them: a run may have a million characters."""
    low, high = ord(first), ord(last)
    return "".join(map(chr, range(low, high + 1, max(1, (high - low) // 64)))) + last if low <= high else ""
