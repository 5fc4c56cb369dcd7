"""Looks for markers in texts, however they are spelled there."""

import base64
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

import re2

from tests.pii.markers.made import MARKERS

_UNICODE_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_BETWEEN = re.compile(r"(?<=[0-9a-z])[ ./:_()+-]+(?=[0-9a-z])")
_AROUND = 60
# A part of a long one is a leak as well; parts of short ones stand in any text.
_LONG = 16


@dataclass(frozen=True, slots=True)
class Place:
    """Something that was read from somewhere; `name` says where."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A spelling of a marker, where it was found, and what stands around it."""

    place: str
    spelling: str
    around: str


def find(places: Iterable[Place]) -> list[Hit]:
    """One hit for each spelling and place."""
    return [hit for place in places for hit in _in_place(place)]


def _in_place(place: Place) -> Iterator[Hit]:
    lower = place.text.lower()
    seen: set[str] = set()
    for text in dict.fromkeys((lower, plain := _undisguised(lower), _BETWEEN.sub("", plain))):
        encoded = text.encode("utf-8", "replace")
        for match in _ANY.finditer(encoded):
            start, end = match.span()
            spelling = match.group().decode()
            if spelling not in seen:
                seen.add(spelling)
                around = encoded[max(0, start - _AROUND) : end + _AROUND].decode("utf-8", "replace")
                yield Hit(place.name, spelling, around)


def _undisguised(lower: str) -> str:
    """With escapes, entities, percent-encoding, width and invisible characters undone, twice."""
    for _ in range(2):
        if "\\u" in lower:
            lower = _UNICODE_ESCAPE.sub(lambda found: chr(int(found[1], 16)), lower)
        lower = unquote(html.unescape(lower)).lower()
        if not lower.isascii():
            lower = _INVISIBLE.sub("", unicodedata.normalize("NFKC", lower)).lower()
    return lower


def spellings(secret: str) -> set[str]:
    """In small letters: together and apart, in parts, percent-encoded, in hexadecimal, in base64 at each alignment."""
    together = re.sub(r"[^0-9A-Za-z]", "", secret)
    half = len(secret) // 2
    parts = {secret[:half], secret[half:]} if len(secret) >= _LONG else set()
    encoded = {quote(secret, safe=""), secret.encode().hex(), *_in_base64(secret), *_in_base64(together)}
    return {spelling.lower() for spelling in {secret, together, *parts, *encoded}}


def _in_base64(text: str) -> Iterator[str]:
    """What base64 of any text has in common that holds this one."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + text.encode() + b"\0" * (-(before + len(text)) % 3)).decode()
        inner = whole[-(-before * 8 // 6) : len(whole) - (0 if (before + len(text)) % 3 == 0 else 4)]
        yield inner
        yield inner.replace("+", "-").replace("/", "_")


def _compiled() -> "re2._Regexp[bytes]":
    chosen = re2.Options()
    chosen.max_mem = 256 << 20
    chosen.encoding = re2.Options.Encoding.LATIN1
    every = sorted({spelling for marker in MARKERS for secret in marker.hidden for spelling in spellings(secret)})
    return re2.compile("|".join(re2.escape(spelling) for spelling in every).encode(), chosen)


_ANY = _compiled()
