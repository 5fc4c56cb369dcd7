"""Telephone numbers: shapes that are one by themselves, and others where something speaks of telephones.

Shape decides, not the numbering plan: invented and outdated numbers are personal too.
"""

from collections.abc import Iterator

import re2

from events.pii.detection.forms.hit import Hit
from events.pii.detection.gate import options
from events.pii.detection.kinds import Kind
from events.pii.detection.names.hints import Hint
from events.pii.detection.reading.page import BEFORE, Page
from events.pii.detection.work import Cost

FEWEST, FEWEST_SHAPED, MOST = 7, 8, 15
# Three pairs, as Faroese and some older numbers have: only where something speaks of telephones.
_PAIRS = re2.compile(rb"^\d\d \d\d \d\d$", options())
_FEWEST_IN_PAIRS = 6
_NEAR = 25
_LONGEST_UNIT = 12

_SHAPE = re2.compile(
    # +1-555-123-4567, +1 (555) 123-4567
    rb"[+]1[ .-]?(?:\(\d{3}\)|\d{3})[ .-]?\d{3}[ .-]?\d{4}\b"
    # (+57) 310 865 6907
    rb"|\([+]\d{1,3}\)(?:[ ./-]?\d{1,12}){1,7}"
    # +44 20 7946 0958, +49(0)30 123456, +12(3)4567890
    rb"|[+]\(?\d{1,3}\)?(?:[ ./-]?\(\d{1,4}\))?(?:[ ./-]?\d{1,12}){1,7}"
    # (555) 123-4567, 555.123.4567, 1-555-123-4567, 001-555-123-4567
    rb"|(?:\b(?:001|1)[ .-]?)?(?:\(\d{3}\)[ .-]?|\b\d{3}[ .-])\d{3}[ .-]\d{4}"
    # 0044 20 7946 0958
    rb"|\b00[1-9]\d{0,2}(?:[ ./-]\(?\d{1,8}\)?){2,6}"
    # (08) 9034 5678, (16) 3922-4821
    rb"|\(0?\d{1,5}\)[ -]?\d{2,6}(?:[ -]\d{2,6}){0,3}"
    # 0117 496 0123, 06 84 12 34 56, 01.23.45.67.89, 0911/1482146, 0911 / 148214
    rb"|\b0[1-9]\d{0,4}(?:(?:[ ./-]| / )\d{2,8}){1,5}"
    # 663 84 97 81, 43 855 73 95, 51-36-42-41
    rb"|\b(?:\d{3} \d\d \d\d \d\d|\d\d \d{3} \d\d \d\d|\d\d-\d\d-\d\d-\d\d)\b",
    options(),
)
_EXTENSION = re2.compile(rb"^x\d{1,6}\b", options())
_PARAMETER = re2.compile(
    rb"(?:phone|mobile|msisdn|fax|\btel|\bcell|\bsms|whatsapp)(?:[_-]?(?:no|num|nr|number|nummer))?\d?=$",
    options(case_sensitive=False),
)
_LINE = re2.compile(rb"^-(?:office|fax|home|mobile|cell|work|tel|main|direct|phone)\b", options(case_sensitive=False))
# Any groups of digits one separator apart.
_NUMBER = re2.compile(rb"[+]?\(?\d+(?:(?:[ ./-]|\)[ ./-]?|[ ./-]?\()\d+)*", options())
_UNIT = re2.compile(
    rb"^ ?(?:[mun]?s|secs?|seconds|minutes|[kKMG]i?[bB]|bytes|rows|items|records|messages|events|requests|files|lines"
    rb"|blocks|pages|entries|objects|keys|tokens|times|percent|%|of)(?:[^A-Za-z0-9]|$)",
    options(),
)
_STRETCH = re2.compile(rb"[+(]{0,2}\d[\d .()/-]{5,}\d", options())
_DATE = re2.compile(
    rb"^(?:(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])"
    rb"|\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d\d|(?:19|20)\d\d-(?:19|20)\d\d)(?: \d{1,2})?$",
    options(),
)
_IPV4 = re2.compile(rb"^(?:\d{1,3}\.){3}\d{1,3}$", options())
# 1.9785376, but not 362.24154; and 5.2.42619.0804
_FRACTION = re2.compile(rb"^\d{1,2}\.\d+$|^\d+\.(?:\d{1,2}|\d{6,})$|^1\d{9}\.\d{3,6}$|^\d+\.\d\.", options())
_POSTAL = re2.compile(rb"^(?:\d{5}-\d{3,4}|\d{4}-\d{3})$", options())
_SEPARATORS = b"+ .()/-"
# Between these and a digit or letter stands the rest of a longer identifier.
_JOINTS = frozenset({b"_", b"-", b".", b"/", b"$", b"="})


def phones(page: Page) -> Iterator[Hit]:
    """Numbers by their shape."""
    for found in page.spans(_SHAPE, Kind.PHONE):
        for span in _apart(page, *found):
            if _is_shaped(page, span):
                yield _hit(page, *span)


def _apart(page: Page, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Two numbers that follow each other: `052 5550606 074-7110234`."""
    text = page.joined[start:end]
    cut = text.find(b" 0", FEWEST) if _count(text) > MOST else -1
    if cut < 0:
        yield start, end
    else:
        yield start, start + cut
        yield start + cut + 1, end


def _is_shaped(page: Page, span: tuple[int, int]) -> bool:
    text = page.joined[span[0] : span[1]]
    fewest = FEWEST_SHAPED + (text[:1] == b"0")
    if not fewest <= _count(text) <= MOST or not _stands_free(page.joined, *span):
        return False
    if text[:1] == b"+":
        return True
    return not (_is_other(text) or _goes_on(page, span[0]) or _counts_things(page, span))


def _goes_on(page: Page, start: int) -> bool:
    """Whether digits stand before, as in `628 032 337.38`. Spoken of as a telephone it is found all the same."""
    return page.joined[start - 1 : start] == b" " and page.joined[start - 2 : start - 1].isdigit()


def called_phones(page: Page) -> Iterator[Hit]:
    """Any number of a telephone's length of which the text or the field's name says that it is one."""
    for start, end in page.spans(_STRETCH, Kind.PHONE):
        if _count(page.joined[start:end]) < _FEWEST_IN_PAIRS:
            continue
        for found in _NUMBER.finditer(page.joined[start:end]):
            page.work.spend(Cost.CANDIDATE)
            for span in _apart(page, start + found.start(), start + found.end()):
                if _is_called(page, span, page.joined[span[0] : span[1]]):
                    yield _hit(page, *span)


def _is_called(page: Page, span: tuple[int, int], text: bytes) -> bool:
    fewest = FEWEST if len(text) != len(b"12 34 56") or not _PAIRS.search(text) else _FEWEST_IN_PAIRS
    if not fewest <= _count(text) <= MOST:
        return False
    if _is_other(text):
        return False
    return _is_parameter(page, *span) or (_stands_free(page.joined, *span) and _is_spoken_of(page, span, text))


def _is_spoken_of(page: Page, span: tuple[int, int], text: bytes) -> bool:
    if not page.speaks_near(span, Hint.PHONE) or page.speaks_near(span, Hint.THING, _NEAR, 0):
        return False
    if text.isdigit() and _UNIT.search(page.after(span[1], _LONGEST_UNIT)):
        return False
    return not _is_of_a_name(page, span[0])


def _is_parameter(page: Page, start: int, end: int) -> bool:
    """`phone=5551234567`."""
    joined = page.joined
    return (
        joined[start - 1 : start] == b"="
        and not joined[end : end + 1].isalnum()
        and bool(_PARAMETER.search(page.before(start, _NEAR)))
    )


def _is_of_a_name(page: Page, start: int) -> bool:
    """Whether digits are a segment of an ARN or go on where a slug of words does, as in `a-call-of-2020-3-102902`."""
    if page.joined[start - 1 : start] not in {b":", b"-"}:
        return False
    word = page.before(start, BEFORE).rpartition(b" ")[2]
    return b"arn:" in word or (word[-1:] == b"-" and word[-2:-1].isalnum() and word.count(b"-") > 1)


def _is_other(text: bytes) -> bool:
    """A date, an address of a machine, a postal code, a fraction or a version."""
    if b"." in text and _FRACTION.search(text):
        return True
    return bool(_DATE.search(text) or _IPV4.search(text) or _POSTAL.search(text))


def _count(text: bytes) -> int:
    """How many digits."""
    return len(text.translate(None, _SEPARATORS))


def _counts_things(page: Page, span: tuple[int, int]) -> bool:
    return page.speaks_near(span, Hint.THING, _NEAR, 0) and not page.speaks_near(span, Hint.PHONE)


def _stands_free(joined: bytes, start: int, end: int) -> bool:
    left, further = joined[start - 1 : start], joined[start - 2 : start - 1]
    is_bare = joined[start:end].isdigit()
    if left.isalnum() or (left in _JOINTS and (further.isdigit() or (is_bare and further.isalpha()))):
        return False
    right = joined[end : end + 12]
    if right[:1].isalnum():
        return bool(_EXTENSION.search(right))
    if right[:1] in {b"-", b"_", b"/"} and right[1:2].isalnum():
        return bool(_LINE.search(right))
    return not (right[:1] == b"." and right[1:2].isdigit())


def _hit(page: Page, start: int, end: int) -> Hit:
    """With the extension that is written on to it."""
    extension = _EXTENSION.search(page.joined[end : end + 8])
    return start, end + (extension.end() if extension else 0), Kind.PHONE
