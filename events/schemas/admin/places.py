"""On which line of a JSON text a place of it stands. Pure."""

import json
import re
from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass

from events.envelope.json_text import escape

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_LINE = re.compile(r"\bline (\d{1,7})\b")


@dataclass(slots=True)
class _Open:
    """An object or array that is being read; `index` is -1 in an object, `key` None until there is one."""

    pointer: str
    index: int
    key: str | None = None

    @property
    def here(self) -> str:
        return f"{self.pointer}/{self.key if self.index < 0 else self.index}"

    @property
    def wants_key(self) -> bool:
        return self.index < 0 and self.key is None


def places(text: str) -> Mapping[str, int]:
    """The line, from 1, of each value by its JSON Pointer; of a member the line of its name. `text` must be JSON."""
    ends = [match.start() for match in re.finditer("\n", text)]
    found: dict[str, int] = {}
    stack: list[_Open] = []
    for match in _PIECE.finditer(text):
        _take(match.group(), bisect(ends, match.start()) + 1, stack, found)
    return found


def line_of(place: str, lines: Mapping[str, int]) -> int | None:
    """The line of a place, or of the nearest thing around it that is there."""
    while place and place not in lines:
        place = place.rpartition("/")[0]
    return lines.get(place)


def line_named(message: str) -> int | None:
    """The line that a parser's message names."""
    found = _LINE.search(message)
    return int(found[1]) if found else None


def _take(piece: str, line: int, stack: list[_Open], found: dict[str, int]) -> None:
    top = stack[-1] if stack else None
    match piece:
        case "}" | "]":
            del stack[-1:]
        case "," if top is not None:
            top.index, top.key = (top.index + 1, None) if top.index >= 0 else (-1, None)
        case ":" | ",":
            pass
        case _ if top is not None and top.wants_key:
            top.key = escape(json.loads(piece))
            found.setdefault(top.here, line)
        case _:
            here = top.here if top is not None else ""
            found.setdefault(here, line)
            if piece in "{[":
                stack.append(_Open(here, -1 if piece == "{" else 0))
