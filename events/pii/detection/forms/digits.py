"""Digits that are something because words around them say so."""

from collections.abc import Iterator

from events.pii.detection.forms.hit import Hit
from events.pii.detection.forms.phones import called_phones
from events.pii.detection.forms.social import spoken_social
from events.pii.detection.names.hints import Hint
from events.pii.detection.reading.page import Page


def digits(page: Page) -> Iterator[Hit]:
    if page.speaks_of(Hint.SSN | Hint.PERSON):
        yield from spoken_social(page)
    if page.speaks_of(Hint.PHONE):
        yield from called_phones(page)
