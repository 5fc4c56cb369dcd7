"""The texts of one round joined to one, in which a byte is a character, so that each pattern is run once over all."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from events.pii.detection.gate import SEPARATOR
from events.pii.detection.kinds import Kind
from events.pii.detection.reading.folding import fold, folded_pieces
from events.pii.detection.reading.offsets import Characters, Pieces
from events.pii.detection.reading.origin import Origin
from events.pii.detection.reading.spoken import said
from events.pii.detection.work import Cost, Work

# How far from a number a word is taken to speak of it.
BEFORE, AFTER = 60, 40

_MARK = SEPARATOR.encode()
_MARK_BYTE = _MARK[0]
# Up to here counting separators is faster than remembering where they are, and no text can be crowded for long.
_SMALL = 8192


@dataclass(slots=True)
class Page:
    """`joined` begins and ends with a separator and has one between each two texts."""

    texts: Sequence[str]
    origin_of: Callable[[int], Origin]
    joined: bytes
    # Whether some name on the way to some text hints at something; without, no place has to be looked at.
    hinted: int = 0
    # What words on the page speak of: telephones, social security, persons.
    spoken: int = 0
    work: Work = field(default_factory=Work)
    # Texts that hold so much of a kind that all of them is taken for it.
    crowded: dict[Kind, set[int]] = field(default_factory=dict)
    _starts: list[int] = field(default_factory=list)
    _origins: dict[int, Origin] = field(default_factory=dict)

    def text_at(self, offset: int) -> int:
        """The index of the text that an offset of `joined` is in."""
        if len(self.joined) <= _SMALL:
            return self.joined.count(_MARK, 0, offset) - 1
        return bisect_right(self.starts, offset) - 1

    def start_of(self, offset: int) -> int:
        """Where the text begins that an offset is in."""
        return self.joined.rfind(_MARK, 0, offset) + 1

    @property
    def starts(self) -> list[int]:
        if not self._starts:
            self._starts = list(accumulate((len(text) + 1 for text in self.texts), initial=1))
        return self._starts

    def origin_at(self, index: int) -> Origin:
        """The origin of a text, made once, so that places can be told apart by identity."""
        if index not in self._origins:
            self._origins[index] = self.origin_of(index)
        return self._origins[index]

    def spans(self, pattern: Any, kind: Kind, group: int = 0, mark: bytes = b"") -> Iterable[tuple[int, int]]:
        """Where an RE2 pattern matches, or a group of it, but for texts that are crowded with a kind.

        `mark` stands in every match: what is before the first text that has it, and after the last, is passed over.
        """
        joined = self.joined
        if len(joined) > _SMALL:
            return self._spans(pattern, kind, group)
        start, end = 0, len(joined)
        if mark:
            start, end = joined.rfind(_MARK, 0, joined.find(mark)), joined.find(_MARK, joined.rfind(mark)) + 1
        found = [match.span(group) for match in pattern.finditer(joined, start, end)]
        if found:
            self.work.spend(Cost.CANDIDATE * len(found))
        return found

    def _spans(self, pattern: Any, kind: Kind, group: int) -> Iterator[tuple[int, int]]:
        start: int | None = 0
        while start is not None:
            found, start = pattern.finditer(self.joined, start), None
            for match in found:
                self.work.spend(Cost.CANDIDATE)
                yield match.span(group)
                if self.crowded and (index := self.text_at(match.start())) in self.crowded.get(kind, ()):
                    start = self.starts[index] + len(self.texts[index])
                    break

    def hints_at(self, offset: int) -> int:
        return self.origin_at(self.text_at(offset)).hints if self.hinted else 0

    def is_named_otherwise(self, offset: int, kind: Kind) -> bool:
        """Whether the field's own name says that something else stands there."""
        return self.origin_at(self.text_at(offset)).kind not in {None, kind}

    def speaks_of(self, hints: int) -> bool:
        """Whether anything on the page does; if nothing does, no single place has to be asked."""
        return bool((self.hinted | self.spoken) & hints)

    def speaks_near(self, span: tuple[int, int], hint: int, before: int = BEFORE, after: int = AFTER) -> bool:
        """Whether the names of the field or the words around a span do."""
        if (self.hinted & hint and self.hints_at(span[0]) & hint) or said(hint, self.before(span[0], before)):
            return True
        return after > 0 and said(hint, self.after(span[1], after))

    def is_all(self, start: int, end: int) -> bool:
        """Whether a span is all of a text."""
        return self.joined[start - 1] == _MARK_BYTE == self.joined[end]

    def before(self, offset: int, characters: int) -> bytes:
        """What stands before an offset in the same text."""
        if self.joined[offset - 1] == _MARK_BYTE:
            return b""
        return self.joined[max(0, offset - characters) : offset].rpartition(_MARK)[2]

    def after(self, offset: int, characters: int) -> bytes:
        """What follows in the same text, line and sentence: a word beyond speaks of what comes after it."""
        if self.joined[offset] == _MARK_BYTE:
            return b""
        return self.joined[offset : offset + characters].partition(_MARK)[0].partition(b"\n")[0].partition(b". ")[0]

    def part(self, index: int) -> bytes:
        """One text."""
        start = self.starts[index]
        return self.joined[start : start + len(self.texts[index])]


def plain_page(texts: Sequence[str], origin_of: Callable[[int], Origin]) -> Page | None:
    """A page of texts that are ASCII; None if one is not."""
    joined = f"{SEPARATOR}{SEPARATOR.join(texts)}{SEPARATOR}"
    if not joined.isascii():
        return None
    content = joined.encode()
    return Page(texts, origin_of, content) if content.count(_MARK) == len(texts) + 1 else None


def folded_page(texts: Sequence[str], origin_of: Callable[[int], Origin]) -> Page:
    """A page of any texts, folded where they need it."""
    folded = [text if _is_plain(text) else fold(text) for text in texts]

    def origin(index: int) -> Origin:
        outer, text = origin_of(index), texts[index]
        if folded[index] is text:
            return outer
        return outer.within("unicode", Characters(text, Pieces(lambda: folded_pieces(text))))

    return Page(folded, origin, f"{SEPARATOR}{SEPARATOR.join(folded)}{SEPARATOR}".encode("latin-1"))


def _is_plain(text: str) -> bool:
    return text.isascii() and (text.isprintable() or not any(_is_control(character) for character in text))


def _is_control(character: str) -> bool:
    return (character < " " and character not in "\t\n\r") or character == "\x7f"
