"""Passports and bank accounts: numbers of no particular form, of which words or a field's name say what they are."""

from collections.abc import Iterator

import re2

from events.pii.detection.forms.checksums import aba
from events.pii.detection.forms.hit import Hit
from events.pii.detection.gate import options
from events.pii.detection.kinds import Kind
from events.pii.detection.names.hints import Hint
from events.pii.detection.reading.page import Page

_PASSPORT_NUMBER = (
    rb"(?:[A-Z]{1,2}[0-9]{6,8}[A-Z]?|[0-9]{7,9}|[0-9]{2}[A-Z]{2}[0-9]{5}|[CFGHJK][0-9CFGHJKLMNPRTVWXYZ]{8})"
)
_PASSPORT = re2.compile(
    rb"(?i:passports?|passeport|reisepass|pasaporte)\b[^\x1f]{0,40}?\b(" + _PASSPORT_NUMBER + rb")\b", options()
)
_MACHINE_READABLE = re2.compile(rb"\bP[A-Z<][A-Z]{3}[A-Z<]{39}(?:\s?[A-Z0-9<]{44})?", options())
_ROUTING = re2.compile(rb"(?i:routing|\baba\b|\brtn\b)[^\x1f\d]{0,25}(\d{9}|\d{4}-\d{4}-\d)\b", options())
_ACCOUNT = re2.compile(
    rb"(?i:\b(?:bank|checking|savings|deposit|giro)\s+(?:account|acct)|\baccount\s+(?:no\b|num|nr\b|#)|\bacct\b|"
    rb"\baccount\s*#|konto(?:nummer|nr)?\b|\ba/c\b)[^\x1f\d]{0,25}(\d[\d -]{4,22}\d)\b",
    options(),
)
_SORT_CODE = re2.compile(rb"(?i:sort[ -]?code)[^\x1f\d]{0,15}(\d\d-\d\d-\d\d(?:[^\x1f\d]{1,25}\d{8})?)\b", options())
_PLAIN_PASSPORT = re2.compile(rb"^\s*" + _PASSPORT_NUMBER + rb"\s*$", options())
_PLAIN_ROUTING = re2.compile(rb"^\d{9}$", options())
_PLAIN_ACCOUNT = re2.compile(rb"^\s*\d[\d -]{4,22}\d\s*$", options())


def papers(page: Page) -> Iterator[Hit]:
    for pattern, kind in (
        (_PASSPORT, Kind.PASSPORT),
        (_ACCOUNT, Kind.BANK_ACCOUNT),
        (_SORT_CODE, Kind.BANK_ACCOUNT),
    ):
        for span in page.spans(pattern, kind, 1):
            yield (*span, kind)
    for span in page.spans(_MACHINE_READABLE, Kind.PASSPORT):
        yield (*span, Kind.PASSPORT)
    yield from _routing_numbers(page)


def _routing_numbers(page: Page) -> Iterator[Hit]:
    for start, end in page.spans(_ROUTING, Kind.BANK_ACCOUNT, 1):
        if aba(page.joined[start:end].translate(None, b"-")):
            yield start, end, Kind.BANK_ACCOUNT


def papers_in_place(page: Page, index: int, hints: int) -> Iterator[Hit]:
    """A text that is such a number and stands under a name like `passport` or `bankAccount`."""
    start, part = page.starts[index], page.part(index)
    kind = _kind_of(part, hints)
    if kind and page.origin_at(index).kind in {None, kind}:
        yield start, start + len(part), kind


def _kind_of(part: bytes, hints: int) -> Kind | None:
    if hints & Hint.PASSPORT and _PLAIN_PASSPORT.search(part):
        return Kind.PASSPORT
    if hints & Hint.BANK and not hints & Hint.THING and _PLAIN_ACCOUNT.search(part):
        return Kind.BANK_ACCOUNT
    is_routed = hints & Hint.ROUTING and _PLAIN_ROUTING.search(part)
    return Kind.BANK_ACCOUNT if is_routed and aba(part) else None
