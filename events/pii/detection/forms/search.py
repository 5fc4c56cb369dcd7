"""Which forms are looked for where the gate has seen which sign."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from events.pii.detection.forms.cards import bare_cards, cards_apart, parted_cards, printed_cards
from events.pii.detection.forms.crowd import bounded, may_be_crowded
from events.pii.detection.forms.dates import dates_in_place, spoken_dates
from events.pii.detection.forms.digits import digits
from events.pii.detection.forms.emails import emails
from events.pii.detection.forms.hit import Hit
from events.pii.detection.forms.iban import ibans
from events.pii.detection.forms.network import ipv4, ipv6, macs
from events.pii.detection.forms.papers import papers, papers_in_place
from events.pii.detection.forms.phones import phones
from events.pii.detection.forms.social import social
from events.pii.detection.forms.tokens import jwts, key_blocks, secret_keys, vendor_tokens
from events.pii.detection.forms.urls import assigned, user_infos
from events.pii.detection.gate import Sign
from events.pii.detection.kinds import Kind
from events.pii.detection.names.hints import Hint
from events.pii.detection.reading.page import Page

Form: TypeAlias = Callable[[Page], Iterator[Hit]]

_BY_SIGN: dict[int, tuple[Form, ...]] = {
    Sign.AT: (emails,),
    Sign.DIGITS: (digits,),
    Sign.LONG_NUMBER: (bare_cards,),
    Sign.CARD_GROUPS: (printed_cards,),
    Sign.CARD_APART: (cards_apart,),
    Sign.SMALL_GROUPS: (parted_cards,),
    Sign.SSN: (social,),
    Sign.PHONE: (phones,),
    Sign.IPV4: (ipv4,),
    Sign.COLONS: (ipv6, macs),
    Sign.HEX_PAIRS: (macs,),
    Sign.IBAN: (ibans,),
    Sign.TOKEN: (vendor_tokens,),
    Sign.JWT: (jwts,),
    Sign.KEY_BLOCK: (key_blocks,),
    Sign.URL: (user_infos,),
    Sign.ASSIGNED: (assigned,),
    Sign.WORDS: (spoken_dates, papers),
}
_SPOKEN: dict[int, int] = {
    Sign.OF_PHONES: Hint.PHONE,
    Sign.OF_SSN: Hint.SSN,
    Sign.OF_PERSONS: Hint.PERSON,
}
_SURER = frozenset({Kind.CREDIT_CARD, Kind.US_SSN, Kind.IBAN})
_BY_PLACE = Hint.BIRTH | Hint.PASSPORT | Hint.BANK | Hint.ROUTING


class Asked(NamedTuple):
    """What signs ask for: the forms, with that of what has no sign, and what the words of the page hint at."""

    forms: tuple[Form, ...]
    spoken: int


@lru_cache(maxsize=4096)
def asked(signs: tuple[int, ...]) -> Asked:
    """Remembered, since the events of a type have the same signs again and again."""
    forms = dict.fromkeys([secret_keys, *(form for sign in signs for form in _BY_SIGN.get(sign, ()))])
    spoken = 0
    for sign in signs:
        spoken |= _SPOKEN.get(sign, 0)
    return Asked(tuple(forms), spoken)


def search(page: Page, forms: Iterable[Form]) -> list[Hit]:
    """Every hit of some forms."""
    if may_be_crowded(page):
        hits = [hit for form in forms for hit in bounded(page, form(page))]
    else:
        hits = [hit for form in forms for hit in form(page)]
    if page.hinted & _BY_PLACE:
        hits += _in_places(page)
    if len(hits) < 2:
        return hits
    kinds = {kind for _, _, kind in hits}
    if Kind.PHONE in kinds:
        hits = _first_come(hits)
    return _without_hosts(hits) if Kind.URL_CREDENTIALS in kinds else hits


def _in_places(page: Page) -> Iterator[Hit]:
    for index in range(len(page.texts)):
        hints = page.origin_of(index).hints
        if hints & _BY_PLACE:
            yield from dates_in_place(page, index, hints)
            yield from papers_in_place(page, index, hints)


def _first_come(hits: list[Hit]) -> list[Hit]:
    """Without telephone numbers that share digits with what is surer."""
    taken = sorted((start, end) for start, end, kind in hits if kind in _SURER)
    return [hit for hit in hits if hit[2] is not Kind.PHONE or not _meets(hit, taken)]


def _meets(hit: Hit, taken: list[tuple[int, int]]) -> bool:
    first, last, _ = hit
    after = bisect_left(taken, (last, 0))
    return any(end > first for _, end in taken[max(0, after - 2) : after])


def _without_hosts(hits: list[Hit]) -> list[Hit]:
    """Without what looks like an e-mail address and is the end of a URL's password with its host."""
    spans = sorted((start, end) for start, end, kind in hits if kind is Kind.URL_CREDENTIALS)
    return [hit for hit in hits if hit[2] is not Kind.EMAIL or not _reaches_over(hit, spans)]


def _reaches_over(hit: Hit, spans: list[tuple[int, int]]) -> bool:
    first, last, _ = hit
    return any(start <= first < end < last for start, end in spans)
