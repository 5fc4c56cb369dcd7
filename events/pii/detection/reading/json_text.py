"""JSON in a string: its leaves with the names above them and where each stands in the string."""

from collections.abc import Callable
from dataclasses import dataclass
from json import decoder
from typing import Any

import orjson

from events.pii.detection.names.known import name_of
from events.pii.detection.names.name import PLAIN, Name, combined
from events.pii.detection.reading.offsets import Offsets, Run, Shift
from events.pii.detection.reading.place import Place
from events.pii.detection.reading.walk import text_of
from events.pii.detection.work import Cost, Work

# Python's own scanner of strings, in C: (text, offset after the quote, strict) to (content, offset after its end).
_scan_string: Callable[[str, int, bool], tuple[str, int]] = vars(decoder)["scanstring"]
_SPACE = " \t\r\n"
_ENDS = ",]} \t\r\n"
_BEGINNINGS = ("{", "[", '"')


@dataclass(frozen=True, slots=True)
class Token:
    """A leaf, or a name that has to be looked at, inside JSON."""

    text: str
    place: Place
    name: Name
    offsets: Offsets
    start: int
    end: int
    is_key: bool = False


@dataclass(slots=True)
class _Open:
    """An object or array that is being read."""

    place: Place
    name: Name
    is_object: bool
    index: int = 0
    key: str = ""
    member: Name = PLAIN
    awaits_key: bool = True


def tokens_of(text: str, place: Place, work: Work, name: Name = PLAIN) -> list[Token] | None:
    """The leaves of a JSON text that is an object, an array or a string; None if it is none of these.

    Raises TooMuchError.
    """
    if not text.lstrip(_SPACE).startswith(_BEGINNINGS):
        return None
    try:
        orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return None
    return _Reader(text, place, work, name).read()


class _Reader:
    """Goes over a text that is known to be JSON, without recursion; strings are scanned in C."""

    def __init__(self, text: str, place: Place, work: Work, name: Name) -> None:
        self._text = text
        self._work = work
        self._at = 0
        self._open: list[_Open] = []
        self._top = (place, name)
        self._tokens: list[Token] = []

    def read(self) -> list[Token]:
        text, size = self._text, len(self._text)
        while self._at < size:
            character = text[self._at]
            if character in "{[":
                self._enter(character == "{")
            elif character in "]}":
                self._open.pop()
                self._at += 1
            elif character == '"':
                self._string()
            elif character == ",":
                self._next()
            elif character in ": \t\r\n":
                self._at += 1
            else:
                self._bare()
        return self._tokens

    def _enter(self, is_object: bool) -> None:
        place, name = self._here()
        self._work.spend(Cost.MEMBER)
        self._open.append(_Open(place, name, is_object))
        self._at += 1

    def _next(self) -> None:
        self._work.spend(Cost.MEMBER)
        around = self._open[-1]
        around.index += 1
        around.awaits_key = True
        self._at += 1

    def _here(self) -> tuple[Place, Name]:
        """Place and name of the value that stands here."""
        if not self._open:
            return self._top
        around = self._open[-1]
        if around.is_object:
            return (around.place, around.key), around.member
        return (around.place, around.index), around.name

    def _string(self) -> None:
        start = self._at + 1
        content, after = _scan_string(self._text, start, True)
        self._at = after
        around = self._open[-1] if self._open else None
        if around is not None and around.is_object and around.awaits_key:
            self._key(around, content, start, after - 1)
        else:
            self._leaf(content, start, after - 1)

    def _key(self, around: _Open, content: str, start: int, end: int) -> None:
        name = name_of(content)
        around.key, around.awaits_key = content, False
        around.member = combined(around.name, name) if around.name.words and name.is_part else name
        if name.looked_at:
            place = (around.place, content)
            self._tokens.append(Token(content, place, PLAIN, _offsets(content, start, end), start, end, is_key=True))

    def _leaf(self, content: str, start: int, end: int) -> None:
        place, name = self._here()
        self._tokens.append(Token(content, place, name, _offsets(content, start, end), start, end))

    def _bare(self) -> None:
        start = self._at
        while self._at < len(self._text) and self._text[self._at] not in _ENDS:
            self._at += 1
        written = self._text[start : self._at]
        if written[0] in "-0123456789":
            place, name = self._here()
            content = text_of(_value(written))
            self._tokens.append(Token(content, place, name, _offsets(content, start, self._at), start, self._at))


def _value(written: str) -> Any:
    return orjson.loads(written)


def _offsets(content: str, start: int, end: int) -> Offsets:
    return Shift(start) if end - start == len(content) else Run(start, end)
