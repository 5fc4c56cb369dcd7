"""Two texts side by side, line by line, with what differs within a line marked. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

CONTEXT = 3
MAX_LINES = 5_000
_WORD = re.compile(r"\w+|\s+|.", re.DOTALL)

Pieces = Sequence[tuple[str, bool]]
"""A line in pieces, each with whether it is marked."""


@dataclass(frozen=True, slots=True)
class Side:
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """`kind`: same, change, or skip, which stands for `skipped` lines that are the same. A side without number has no
    line there.
    """

    kind: str
    left_number: int | None = None
    left: Pieces = ()
    right_number: int | None = None
    right: Pieces = ()
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    old: Side
    new: Side
    rows: Sequence[Row]
    removed: int
    added: int

    @property
    def identical(self) -> bool:
        return not (self.removed or self.added)


def side_by_side(old: Side, new: Side) -> Difference:
    """Texts of more than MAX_LINES are compared as far as that."""
    left, right = old.text.splitlines()[:MAX_LINES], new.text.splitlines()[:MAX_LINES]
    codes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    rows: list[Row] = []
    removed = added = 0
    for index, (tag, a, b, c, d) in enumerate(codes):
        if tag == "equal":
            rows += _same(left[a:b], a, c, first=index == 0, last=index == len(codes) - 1)
        else:
            removed, added = removed + b - a, added + d - c
            rows += _changed(left[a:b], right[c:d], a, c)
    return Difference(old, new, rows, removed, added)


def changed_lines(old: str, new: str) -> set[int]:
    """The numbers of the lines of `new` that `old` does not have there."""
    left, right = old.split("\n")[:MAX_LINES], new.split("\n")[:MAX_LINES]
    codes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return {line + 1 for tag, _, _, start, end in codes if tag != "equal" for line in range(start, end)}


def _same(lines: Sequence[str], left: int, right: int, *, first: bool, last: bool) -> Iterator[Row]:
    """Only those next to what differs are shown."""
    before, after = (0 if first else CONTEXT), (0 if last else CONTEXT)
    hidden = len(lines) - before - after
    for index, line in enumerate(lines):
        if hidden > 1 and before <= index < len(lines) - after:
            if index == before:
                yield Row("skip", skipped=hidden)
        else:
            pieces = [(line, False)]
            yield Row("same", left + index + 1, pieces, right + index + 1, pieces)


def _changed(old: Sequence[str], new: Sequence[str], left: int, right: int) -> Iterator[Row]:
    for index in range(max(len(old), len(new))):
        there, here = index < len(old), index < len(new)
        pieces = _marked(old[index], new[index]) if there and here else None
        yield Row(
            "change",
            left + index + 1 if there else None,
            pieces[0] if pieces else [(old[index], False)] if there else (),
            right + index + 1 if here else None,
            pieces[1] if pieces else [(new[index], False)] if here else (),
        )


def _marked(old: str, new: str) -> tuple[Pieces, Pieces]:
    """By words. Lines that have little in common are not marked at all: it would only flicker."""
    words, others = _WORD.findall(old[:2_000]), _WORD.findall(new[:2_000])
    matcher = SequenceMatcher(None, words, others, autojunk=False)
    if len(old) > 2_000 or len(new) > 2_000 or matcher.ratio() < 0.5:
        return [(old, False)], [(new, False)]
    codes = matcher.get_opcodes()
    left = [("".join(words[a:b]), tag != "equal") for tag, a, b, _, _ in codes if b > a]
    right = [("".join(others[c:d]), tag != "equal") for tag, _, _, c, d in codes if d > c]
    return left, right
