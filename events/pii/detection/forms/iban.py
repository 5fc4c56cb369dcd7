"""International bank account numbers: the country's length and ISO 7064's check digits."""

from collections.abc import Iterator

import re2

from events.pii.detection.forms.checksums import mod97
from events.pii.detection.forms.hit import Hit
from events.pii.detection.gate import options
from events.pii.detection.kinds import Kind
from events.pii.detection.reading.page import Page

_LENGTHS = {
    code: length
    for length, codes in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        # From AO on also countries that are not in the registry and use the form all the same.
        25: "LY PT ST AO CV GW MZ",
        26: "IS TR DZ IR",
        27: "BI DJ FR GR IT MC MR SM CF CG CM GA GQ KM MG TD",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV BF BJ CI MA ML NE SN TG",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for code in codes.split()
}
_BEGINNING = re2.compile(rb"(?:\b|_)[A-Za-z]{2}\d\d[ -]?[0-9A-Za-z]{4}", options())


def ibans(page: Page) -> Iterator[Hit]:
    joined = page.joined
    for start, _ in page.spans(_BEGINNING, Kind.IBAN):
        # An underscore before, as in `payment_DE89...`, is no boundary of a word.
        start += joined[start : start + 1] == b"_"
        length = _LENGTHS.get(joined[start : start + 2].decode().upper())
        end = length and _end(joined, start, length)
        if end:
            yield start, end, Kind.IBAN


def _end(joined: bytes, start: int, length: int) -> int | None:
    """Where an account ends that is written together or in groups of four."""
    separator = joined[start + 4 : start + 5]
    if separator.isalnum():
        end, groups = start + length, [joined[start : start + length]]
    else:
        end = start + length + (length - 1) // 4
        groups = joined[start:end].split(separator)
    text = b"".join(groups)
    if len(text) != length or not text.isalnum() or any(len(group) != 4 for group in groups[:-1]):
        return _end_of_country(joined, start, length)
    return end if _is_account(joined, start, end, text) else None


def _end_of_country(joined: bytes, start: int, length: int) -> int | None:
    """Where one ends that is in the groups of its country, of digits: `ES91 2100 0418 45 0200051332`."""
    text, end = b"", start
    for count, written in enumerate(joined[start : start + 2 * length].split(b" ")):
        group = written[: length - len(text)]
        text += group
        end += len(group)
        if len(text) == length:
            is_plain = text[4:].isdigit() or (count == 1 and text.isalnum())
            return end if is_plain and _is_account(joined, start, end, text) else None
        end += 1
    return None


def _is_account(joined: bytes, start: int, end: int, text: bytes) -> bool:
    left, right = joined[start - 1 : start], joined[end : end + 1]
    # Written together it may be a part of an identifier: so much of a form is nothing by chance.
    if right.isalnum() or (b"-" in {left, right} and len(text) != end - start):
        return False
    return mod97(text.decode("latin-1").upper())
