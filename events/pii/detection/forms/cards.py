"""Payment cards: an issuer's range and length, and Luhn's check digit."""

from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import re2

from events.pii.detection.forms.checksums import gtin, luhn
from events.pii.detection.forms.hit import Hit
from events.pii.detection.forms.issuers import LONGEST, SHORTEST, issued, lengths_of
from events.pii.detection.gate import options
from events.pii.detection.kinds import Kind
from events.pii.detection.names.hints import Hint
from events.pii.detection.reading.page import Page
from events.pii.detection.work import Cost

# Numbers of articles have these lengths too, and a check digit of their own.
_ARTICLE_LENGTHS = frozenset({12, 13, 14})
# Numbers of 64 bits have these.
_IDENTIFIER_LENGTHS = frozenset({17, 18, 19})
_SURE = 15
_JOINTS = frozenset({b"-", b":", b"_"})
_LONGEST_PHONE = 15

_BARE = re2.compile(rb"(?:\b|_)\d{12,19}\b", options())
# As printed: four digits first. Other numbers may stand before and after, one separator away.
_PRINTED = re2.compile(rb"(?:\b|_)\d{4}[ -]\d{4,7}[ -]\d{4,7}(?:[ -]\d{1,7})*\b", options())
# Any other way to part them, down to single digits.
_PARTED = re2.compile(rb"\b\d{1,4}(?:[ -]\d{1,4}){3,18}\b", options())
# As a form sends them, in columns, or with a point: spaces become `+` in the body of a form.
_APART = re2.compile(
    rb"\b\d{4}(?:\+\d{4}\+\d{4}\+\d{4}|  \d{4}  \d{4}  \d{4}|\+\d{6}\+\d{5}|  \d{6}  \d{5}"
    rb"|\.\d{4}\.\d{4}\.\d{4}|\r?\n\d{4}\r?\n\d{4}\r?\n\d{4})\b",
    options(),
)
_SPACES = frozenset(b"+ ")
_SEPARATORS = b" -+.\r\n"
_SPACED = bytes.maketrans(b"-", b" ")
_FIRST_GROUP = 4
_LONGEST_PRINTED = LONGEST + 5
_FAR = 200


def bare_cards(page: Page) -> Iterator[Hit]:
    return _whole(page, _BARE)


def printed_cards(page: Page) -> Iterator[Hit]:
    for start, end in page.spans(_PRINTED, Kind.CREDIT_CARD):
        start += _is_joint(page, start)
        if end - start <= _LONGEST_PRINTED and _is_card(page, start, end):
            yield start, end, Kind.CREDIT_CARD
        else:
            yield from _in_chain(page, start, page.joined[start:end])


def cards_apart(page: Page) -> Iterator[Hit]:
    """With points or line ends only where something speaks of cards: years in a column are written so too."""
    for start, end in page.spans(_APART, Kind.CREDIT_CARD):
        is_spaced = page.joined[start + _FIRST_GROUP] in _SPACES
        if _is_card(page, start, end) and (is_spaced or page.speaks_near((start, end), Hint.CARD)):
            yield start, end, Kind.CREDIT_CARD


def parted_cards(page: Page) -> Iterator[Hit]:
    return _whole(page, _PARTED)


def _whole(page: Page, pattern: Any) -> Iterator[Hit]:
    """What is a card from its first to its last digit."""
    joined = page.joined
    for start, end in page.spans(pattern, Kind.CREDIT_CARD):
        start += _is_joint(page, start)
        goes_on = joined[end : end + 1] in {b" ", b"-"} and joined[end + 1 : end + 2].isdigit()
        if (pattern is _BARE or not goes_on) and _is_card(page, start, end):
            yield start, end, Kind.CREDIT_CARD


def _is_joint(page: Page, start: int) -> bool:
    """The underscore before, as in `card_4111...`, is found with the digits."""
    return page.joined[start : start + 1] == b"_"


def _in_chain(page: Page, start: int, chain: bytes) -> Iterator[Hit]:
    """Cards that begin and end with a group of a chain of groups one separator apart."""
    groups = chain.translate(_SPACED).split()
    page.work.spend(Cost.CANDIDATE * len(groups))
    digits = b"".join(groups)
    after = list(accumulate(map(len, groups)))
    # How many digits and separators come before each end of a group.
    ends = {count: start + count + index for index, count in enumerate(after)}
    taken = 0
    for index, (group, count) in enumerate(zip(groups, after, strict=True)):
        first = count - len(group)
        if first < taken or len(group) != _FIRST_GROUP:
            continue
        for length in lengths_of(group):
            end = ends.get(first + length)
            if end and luhn(digits[first : first + length]) and _is_card(page, start + first + index, end):
                yield start + first + index, end, Kind.CREDIT_CARD
                taken = first + length
                break


def _is_card(page: Page, start: int, end: int) -> bool:
    digits = page.joined[start:end].translate(None, _SEPARATORS)
    if not SHORTEST <= len(digits) <= LONGEST or not luhn(digits):
        return False
    if not issued(digits) and not _is_of_airlines(page, digits, start, end):
        return False
    if not page.is_all(start, end) and not _stands_free(page.joined, start, end):
        return False
    return not _is_of_a_thing(page, digits, start, end)


def _is_of_airlines(page: Page, digits: bytes, start: int, end: int) -> bool:
    """UATP: one leading digit is too little to go by where nothing speaks of cards."""
    return len(digits) == _SURE and digits[:1] == b"1" and page.speaks_near((start, end), Hint.CARD)


def _stands_free(joined: bytes, start: int, end: int) -> bool:
    """Not the fraction of a number; and a short one is not the end of a longer name."""
    left, right = joined[start - 2 : start], joined[end : end + 2]
    if (left[-1:] == b"." and left[:1].isdigit()) or (right[:1] == b"." and right[1:].isdigit()):
        return False
    if left[-1:] == b"+" and end - start <= _LONGEST_PHONE:
        return False
    # Numbers of 64 bits often stand behind an underscore, and then are nothing else.
    if left[-1:] == b"_" and end - start in _IDENTIFIER_LENGTHS and joined[start:end].isdigit():
        return False
    if end - start >= _SURE:
        return True
    return not ((left[-1:] in _JOINTS and left[:1].isalnum()) or (right[:1] == b":" and right[1:].isalnum()))


def _is_of_a_thing(page: Page, digits: bytes, start: int, end: int) -> bool:
    """Whether a number rather counts articles or the like: a short one, or a long one in a field for identifiers."""
    if len(digits) in _IDENTIFIER_LENGTHS:
        return page.hints_at(start) & (Hint.THING | Hint.CARD) == Hint.THING and len(digits) == end - start
    if len(digits) not in _ARTICLE_LENGTHS or page.speaks_near((start, end), Hint.CARD, _FAR, _FAR):
        return False
    if page.speaks_near((start, end), Hint.THING):
        return True
    return len(digits) == end - start and gtin(digits)
