"""Social security numbers of the United States (and ITINs, which look alike)."""

from collections.abc import Iterator

import re2

from events.pii.detection.forms.hit import Hit
from events.pii.detection.gate import options
from events.pii.detection.kinds import Kind
from events.pii.detection.names.hints import Hint
from events.pii.detection.reading.page import Page

NEAR = 30
_PATH = frozenset({b"/", b"-", b"_"})

_WRITTEN = re2.compile(rb"\d{3}-\d{2}-\d{4}", options())
_LOOSE = re2.compile(rb"\b\d{3}[ .]\d{2}[ .]\d{4}\b", options())
_BARE = re2.compile(rb"\b\d{9}\b", options())


def social(page: Page) -> Iterator[Hit]:
    """With hyphens, anywhere."""
    for start, end in page.spans(_WRITTEN, Kind.US_SSN):
        if _is_free(page, start, end) and _is_issued(page.joined[start:end]):
            yield start, end, Kind.US_SSN


def spoken_social(page: Page) -> Iterator[Hit]:
    """With other separators or none, where something speaks of it."""
    for span in page.spans(_LOOSE, Kind.US_SSN):
        start, end = span
        if _is_free(page, start, end) and _is_issued(page.joined[start:end]) and page.speaks_near(span, Hint.SSN):
            yield start, end, Kind.US_SSN
    for span in page.spans(_BARE, Kind.US_SSN):
        start, end = span
        if _is_free(page, start, end) and _is_issued(page.joined[start:end]) and _is_meant(page, span):
            yield start, end, Kind.US_SSN


def _is_issued(written: bytes) -> bool:
    """Area, group and serial are never all zeros; 666 is no area; one digit repeated is no number."""
    digits = written.translate(None, b" .-")
    if digits[:3] in {b"000", b"666"} or digits[3:5] == b"00" or digits[5:] == b"0000":
        return False
    return len(set(digits)) > 1


def _is_free(page: Page, start: int, end: int) -> bool:
    joined = page.joined
    before, right = joined[start - 2 : start], joined[end : end + 2]
    left = before[1:]
    if right[:1].isalnum() or right[:1] in {b"_", b"-"} or (right[:1] == b"." and right[1:].isdigit()):
        return False
    # A part of an identifier, or of a path: `order-512-68-4713`.
    if left in {b"-", b"_", b"/"} and not before[:1].isdigit():
        return True
    return not (left.isalnum() or left in {b"_", b"-", b".", b"/", b"$"}) or _ends_an_address(joined, start)


def _ends_an_address(joined: bytes, start: int) -> bool:
    """`a@b.com123-45-6789`: what is glued to an e-mail address begins where its letters end."""
    words = joined[max(0, start - 64) : start].split()
    return joined[start - 1 : start].isalpha() and bool(words) and b"@" in words[-1]


def _is_meant(page: Page, span: tuple[int, int]) -> bool:
    if page.speaks_near(span, Hint.SSN):
        return True
    if page.joined[span[0] - 1 : span[0]] in _PATH or page.is_named_otherwise(span[0], Kind.US_SSN):
        return False
    return page.speaks_near(span, Hint.PERSON, NEAR, 0) and not page.speaks_near(span, Hint.THING, NEAR, NEAR)
