"""Strings as they are written in JSON: edited in place, so that what is not replaced keeps its spelling."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

_PIECE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]+")


Edit: TypeAlias = tuple[int, int, str]
"""Characters from the first offset to the second become the text."""


def edited(text: str, edits: Sequence[Edit]) -> str:
    """A text with its edits, which are in order and apart."""
    if len(edits) == 1:
        start, end, replacement = edits[0]
        return text[:start] + replacement + text[end:]
    pieces, at = [], 0
    for start, end, replacement in edits:
        pieces.append(text[at:start])
        pieces.append(replacement)
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def literal_edits(literal: str, at: int, edits: Iterable[Edit]) -> list[Edit]:
    """Edits of a string as edits of the text in which its literal, with quotes, stands at `at`."""
    if "\\" not in literal:
        at += 1
        return [(at + start, at + end, written_out(text)) for start, end, text in edits]
    offsets = _offsets(literal[1:-1])
    return [(at + offsets[start], at + offsets[end], written_out(text)) for start, end, text in edits]


def value_of(literal: str) -> str:
    """The string that a JSON string stands for."""
    if "\\" not in literal:
        return literal[1:-1]
    value: str = json.loads(literal)
    return value


def written_out(text: str) -> str:
    """A text as it stands between the quotes of a JSON string."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return text
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _offsets(inside: str) -> list[int]:
    """Where in a literal, quotes included, each character of the string begins, and where the last one ends."""
    offsets: list[int] = []
    for piece in _PIECE.finditer(inside):
        start, end = piece.span()
        offsets += range(start + 1, end + 1) if inside[start] != "\\" else [start + 1]
    return [*offsets, len(inside) + 1]
