"""Patterns as the validator reads them: the part of the syntax that automata can follow exactly.

Everything else (word boundaries, flags, Unicode properties, set operations) raises UnsupportedError.
"""

from dataclasses import dataclass
from enum import Enum, auto

from events.schemas.compatibility.automata import charset
from events.schemas.compatibility.automata.charset import Charset

MAX_REPEAT = 1_000
_CLASSES = {"d": charset.DIGIT, "w": charset.WORD, "s": charset.SPACE}
_CONTROLS = {"n": 0x0A, "r": 0x0D, "t": 0x09, "f": 0x0C, "v": 0x0B}
# Not < and >: escaped, the validator takes them for the start and the end of a word.
_PUNCTUATION = frozenset("^$\\.*+?()[]{}|/-_@!\"#%&',:;=`~ ")
_SPECIAL = frozenset("*+?{}])|")


class UnsupportedError(Exception):
    """The pattern uses what the automata do not follow."""


class Anchor(Enum):
    START = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`most` None is without end."""

    part: "Part"
    least: int
    most: int | None


Part = Charset | Anchor | Sequence | Choice | Repeat


def parse(pattern: str) -> Part:
    """Raises UnsupportedError."""
    reader = _Reader(pattern)
    part = _choice(reader)
    if reader.peek():
        raise UnsupportedError(pattern)
    return part


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def peek(self, size: int = 1) -> str:
        return self._text[self._at : self._at + size]

    def take(self, size: int = 1) -> str:
        taken = self.peek(size)
        if len(taken) < size:
            raise UnsupportedError(self._text)
        self._at += size
        return taken

    def took(self, text: str) -> bool:
        found = self.peek(len(text)) == text
        if found:
            self._at += len(text)
        return found

    def number(self) -> int | None:
        digits = ""
        while self.peek() and self.peek() in "0123456789":
            digits += self.take()
        return int(digits) if digits else None


def _choice(reader: _Reader) -> Part:
    parts = [_sequence(reader)]
    while reader.took("|"):
        parts.append(_sequence(reader))
    return Choice(tuple(parts)) if len(parts) > 1 else parts[0]


def _sequence(reader: _Reader) -> Part:
    parts: list[Part] = []
    while reader.peek() and reader.peek() not in "|)":
        parts.append(_repeated(reader))
    return Sequence(tuple(parts))


def _repeated(reader: _Reader) -> Part:
    part = _atom(reader)
    bounds = _bounds(reader)
    if bounds is None:
        return part
    reader.took("?")
    if (reader.peek() and reader.peek() in "*+?{") or isinstance(part, Anchor):
        raise UnsupportedError("a repetition of a repetition or of an anchor")
    return Repeat(part, *bounds)


def _bounds(reader: _Reader) -> tuple[int, int | None] | None:
    for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
        if reader.took(sign):
            return bounds
    if not reader.took("{"):
        return None
    least = reader.number()
    most = reader.number() if reader.took(",") else least
    if least is None or not reader.took("}") or max(least, most or 0) > MAX_REPEAT:
        raise UnsupportedError("a repetition")
    if most is not None and most < least:
        raise UnsupportedError("a repetition of less than nothing")
    return least, most


def _atom(reader: _Reader) -> Part:
    char = reader.take()
    if char == "(":
        return _group(reader)
    if char == "[":
        return _bracket(reader)
    if char == "\\":
        return _escape(reader)
    if char in "^$":
        return Anchor.START if char == "^" else Anchor.END
    if char in _SPECIAL:
        raise UnsupportedError(char)
    return charset.NOT_NEWLINE if char == "." else charset.single(ord(char))


def _group(reader: _Reader) -> Part:
    if reader.took("?") and not reader.took(":"):
        _name(reader)
    part = _choice(reader)
    if not reader.took(")"):
        raise UnsupportedError("a group")
    return part


def _name(reader: _Reader) -> None:
    if not reader.took("<") or reader.peek() in ("=", "!"):
        raise UnsupportedError("a group")
    while (char := reader.take()) != ">":
        if not (char.isalnum() or char == "_"):
            raise UnsupportedError("a group")


def _escape(reader: _Reader) -> Charset:
    char = reader.take()
    if char.lower() in _CLASSES:
        chosen = _CLASSES[char.lower()]
        return chosen if char.islower() else charset.complement(chosen)
    return charset.single(_escaped(reader, char))


def _escaped(reader: _Reader, char: str) -> int:
    if char in _CONTROLS:
        return _CONTROLS[char]
    if char in "xu":
        return _hexadecimal(reader.take(2 if char == "x" else 4))
    if char == "c" and reader.peek().isascii() and reader.peek().isalpha():
        return ord(reader.take()) % 32
    if char in _PUNCTUATION:
        return ord(char)
    raise UnsupportedError(char)


def _hexadecimal(digits: str) -> int:
    if not all(digit in "0123456789abcdefABCDEF" for digit in digits):
        raise UnsupportedError(digits)
    code = int(digits, 16)
    if not charset.contains(charset.EVERY, code):
        raise UnsupportedError(digits)
    return code


def _bracket(reader: _Reader) -> Charset:
    negative = reader.took("^")
    if reader.peek() == "]":
        raise UnsupportedError("an empty class")
    found: list[Charset] = []
    while not reader.took("]"):
        found.append(_range(reader))
    joined = charset.union(found)
    return charset.complement(joined) if negative else joined


def _range(reader: _Reader) -> Charset:
    first = _member(reader)
    if reader.peek() != "-" or reader.peek(2) == "-]":
        return first
    reader.take()
    last = _member(reader)
    low, high = first[0][0], last[-1][1]
    if first != charset.single(low) or last != charset.single(high) or high < low:
        raise UnsupportedError("a range")
    return charset.union([tuple(_without_surrogates(low, high))])


def _without_surrogates(low: int, high: int) -> list[tuple[int, int]]:
    parts = ((max(low, first), min(high, last)) for first, last in charset.EVERY)
    return [(first, last) for first, last in parts if first <= last]


def _member(reader: _Reader) -> Charset:
    if reader.peek(2) in ("&&", "--", "~~") or reader.peek() == "[":
        raise UnsupportedError("a set operation")
    char = reader.take()
    return _escape(reader) if char == "\\" else charset.single(ord(char))
