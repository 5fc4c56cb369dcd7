"""JSON on lines of its own, before and after, with what was found in it marked. Pure."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from events.envelope.json_text import escape
from events.pii.policies.judged import Judged

INDENT = "  "
# C1, marks and overrides of direction, what has no width: shown as JSON may write them.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


class Mark(NamedTuple):
    """What was found, what is done about it and why."""

    kind: str
    action: str
    because: str


class Piece(NamedTuple):
    text: str
    mark: Mark | None = None


Pieces: TypeAlias = tuple[Piece, ...]


class Row(NamedTuple):
    """One line; `right` is the same line afterwards."""

    left: Pieces
    right: Pieces

    @property
    def same(self) -> bool:
        return self.left == self.right


class Span(NamedTuple):
    start: int
    end: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class Marks:
    """Findings by place, within values and within names."""

    values: Mapping[str, Sequence[Span]] = field(default_factory=dict)
    names: Mapping[str, Sequence[Span]] = field(default_factory=dict)

    @staticmethod
    def of(judged: Iterable[Judged]) -> "Marks":
        values: dict[str, list[Span]] = {}
        names: dict[str, list[Span]] = {}
        for one in sorted(judged, key=lambda one: one.finding.start):
            found = one.finding
            mark = Mark(found.kind.value, one.action.value, one.because)
            by_place = names if found.where == "key" else values
            by_place.setdefault(found.path, []).append(Span(found.start, found.end, mark))
        return Marks(values, names)


class Number(str):
    """A number of JSON, as it is written."""

    __slots__ = ()


def read(text: str) -> Any:
    """JSON with its numbers as they are written, however long."""
    return json.loads(text, parse_int=Number, parse_float=Number)


def rows(before: Any, after: Any, marks: Marks, root: str = "/data") -> list[Row]:
    """Both, as `read`, line by line. They have the same shape: what was found stands in names and texts only."""
    return list(_Walk(marks).node(before, after, root, 0, Row((), ()), ""))


class _Walk:
    def __init__(self, marks: Marks) -> None:
        self._marks = marks

    def node(self, before: Any, after: Any, place: str, depth: int, head: Row, tail: str) -> Iterator[Row]:
        """The lines of a value; `head` stands before it on its first line, `tail` behind it on its last."""
        margin = Piece(INDENT * depth)
        if not before or type(before) is not type(after) or not isinstance(before, dict | list):
            left, right = leaf(before, after, self._marks.values.get(place, ()))
            yield Row((margin, *head.left, *left, Piece(tail)), (margin, *head.right, *right, Piece(tail)))
            return
        opening, closing = "{}" if isinstance(before, dict) else "[]"
        yield Row((margin, *head.left, Piece(opening)), (margin, *head.right, Piece(opening)))
        last = len(before) - 1
        for index, (below, named, old, new) in enumerate(self._members(before, after, place)):
            yield from self.node(old, new, below, depth + 1, named, "" if index == last else ",")
        end = (margin, Piece(closing + tail))
        yield Row(end, end)

    def _members(self, before: Any, after: Any, place: str) -> Iterator[tuple[str, Row, Any, Any]]:
        if isinstance(before, list):
            for index, (old, new) in enumerate(zip(before, after, strict=True)):
                yield f"{place}/{index}", Row((), ()), old, new
            return
        for (name, old), (renamed, new) in zip(before.items(), after.items(), strict=True):
            below = f"{place}/{escape(name)}"
            left, right = leaf(name, renamed, self._marks.names.get(below, ()))
            yield below, Row((*left, Piece(": ")), (*right, Piece(": "))), old, new


def leaf(before: Any, after: Any, spans: Sequence[Span]) -> Row:
    """One value without lines of its own."""
    if type(before) is str and type(after) is str and spans:
        return Row(_quoted(_cut(before, spans)), _quoted(_cut_alike(before, after, spans)))
    mark = spans[0].mark if spans else None
    return Row((Piece(_written(before), mark),), (Piece(_written(after), mark),))


def _cut(text: str, spans: Sequence[Span]) -> Iterator[Piece]:
    end = 0
    for span in spans:
        yield Piece(text[end : span.start])
        yield Piece(text[span.start : span.end], span.mark)
        end = span.end
    yield Piece(text[end:])


def _cut_alike(before: str, after: str, spans: Sequence[Span]) -> Iterator[Piece]:
    """What came for each span lies between the texts beside it, which have stayed."""
    position = spans[0].start
    yield Piece(after[:position])
    for span, following in zip(spans, (*spans[1:], None), strict=True):
        between = before[span.end : following.start if following else len(before)]
        end = after.find(between, position) if following else len(after) - len(between)
        end = max(end, position)
        yield Piece(after[position:end], span.mark)
        yield Piece(after[end : end + len(between)])
        position = end + len(between)


def _quoted(pieces: Iterable[Piece]) -> Pieces:
    inner = (Piece(_escaped(text), mark) for text, mark in pieces if text)
    return (Piece('"'), *inner, Piece('"'))


def _written(value: Any) -> str:
    return value if isinstance(value, Number) else unseen_shown(json.dumps(value, ensure_ascii=False))


def _escaped(text: str) -> str:
    return unseen_shown(json.dumps(text, ensure_ascii=False)[1:-1])


def unseen_shown(text: str) -> str:
    """What has no shape or turns the direction, as its code."""
    return _UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
