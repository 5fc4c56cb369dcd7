"""Dates of birth: dates of which words or a field's name say so."""

from collections.abc import Iterator

import re2

from events.pii.detection.forms.hit import Hit
from events.pii.detection.gate import options
from events.pii.detection.kinds import Kind
from events.pii.detection.names.hints import Hint
from events.pii.detection.reading.page import Page

_MONTH = (
    rb"(?i:jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|fevr(?:ier)?|mar(?:ch|s|z)?|apr(?:il)?|avril|may|mai|june?|juni|juin"
    rb"|july?|juli|juillet|aug(?:ust)?|aout|sep(?:t(?:ember)?)?|septembre|oct(?:ober)?|okt(?:ober)?|octobre"
    rb"|nov(?:ember|embre)?|dec(?:ember)?|dez(?:ember)?|decembre)"
)
_DATE = (
    rb"(?:(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:0[1-9]|[12]\d|3[01]|[1-9])"
    rb"|(?:0?[1-9]|[12]\d|3[01])[-./ ](?:0?[1-9]|[12]\d|3[01])[-./ ](?:(?:19|20)\d\d|\d\d)"
    rb"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    rb"|(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|\.)?[ -](?:of )?" + _MONTH + rb"\.?,?[ -](?:19|20)?\d\d"
    rb"|" + _MONTH + rb"\.?[ -](?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?,?[ -](?:19|20)?\d\d)"
)
_BORN = (
    rb"(?i:\bbirth(?:day|date)?|\bborn|\bdob\b|\bd\.o\.b\b|geboren|geburts\w{0,10}|naissance|\bnee? le"
    rb"|nacim\w{0,10}|nascit\w{0,10})"
)
_SAID = re2.compile(_BORN + rb"[^\x1f]{0,40}?\b(" + _DATE + rb")\b", options())
_SAID_AFTER = re2.compile(rb"\b(" + _DATE + rb")\b[^\x1f\d]{0,25}?(?i:birth|\bborn\b|\bdob\b)", options())
_ANY = re2.compile(rb"\b" + _DATE + rb"\b", options())


def spoken_dates(page: Page) -> Iterator[Hit]:
    for pattern in (_SAID, _SAID_AFTER):
        for span in page.spans(pattern, Kind.DATE_OF_BIRTH, 1):
            yield (*span, Kind.DATE_OF_BIRTH)


def dates_in_place(page: Page, index: int, hints: int) -> Iterator[Hit]:
    """Dates in a text that stands under a name like `birth`."""
    if hints & Hint.BIRTH:
        for found in _ANY.finditer(page.part(index)):
            yield page.starts[index] + found.start(), page.starts[index] + found.end(), Kind.DATE_OF_BIRTH
