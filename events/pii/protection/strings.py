"""Edits of one string of an event."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from events.pii.protection.errors import NotLocatedError
from events.pii.protection.literals import Edit
from events.pii.protection.replacing import Replacer
from events.pii.protection.spans import Span
from events.pii.tokens import TOKEN
from events.pii.tokens.token import PREFIX

_JSON_ONLY = frozenset({"json", "unicode"})
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"')
_OF_NUMBERS = frozenset("-+0123456789.eE")


def string_edits(value: str, spans: Sequence[Span], path: str, replacer: Replacer) -> list[Edit]:
    """What is to be replaced in a string at a path; `spans` are in order and apart. Raises NotLocatedError."""
    tokens = _Ranges(TOKEN, value) if PREFIX in value else None
    quoted = None
    size = len(value)
    edits: list[Edit] = []
    for span in spans:
        start, end, kind, action, wrapping = span
        if not 0 <= start < end <= size:
            raise NotLocatedError
        if tokens and tokens.hold(start, end):
            continue
        if wrapping and _is_json_text(wrapping):
            quoted = quoted or _Ranges(_STRING, value)
            if not quoted.hold(start, end):
                edits.append(_bare_number(value, span, path, replacer))
                continue
        edits.append((start, end, replacer.replaced(value[start:end], kind, action, path)))
    return edits


def _is_json_text(wrapping: Sequence[str]) -> bool:
    """Whether it stands directly in JSON that is the string, where its surroundings can be read."""
    return wrapping.count("json") == 1 and _JSON_ONLY.issuperset(wrapping)


class _Ranges:
    """Where a pattern matches in a text."""

    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        self._spans = [found.span() for found in pattern.finditer(text)]

    def hold(self, start: int, end: int) -> bool:
        """Whether all of a span is within one of them."""
        index = bisect_right(self._spans, start, key=lambda span: span[0]) - 1
        return index >= 0 and end <= self._spans[index][1]


def _bare_number(value: str, span: Span, path: str, replacer: Replacer) -> Edit:
    """All of a number in JSON in a string; in its place stands a string, so that it stays JSON."""
    start, end = span.start, span.end
    while start > 0 and value[start - 1] in _OF_NUMBERS:
        start -= 1
    while end < len(value) and value[end] in _OF_NUMBERS:
        end += 1
    replacement = replacer.replaced(value[start:end], span.kind, span.action, path, "number")
    return start, end, f'"{replacement}"'
