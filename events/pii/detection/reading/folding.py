"""Any text as one of ASCII characters, so that a disguise by lookalikes or invisible characters falls off.

Compatibility forms (full-width digits and letters) become what they stand for, digits of every script become 0-9,
accents fall off, invisible characters and control characters vanish. What remains is LETTER or OTHER, so that folded
texts are Latin-1 and a byte is a character.
"""

import re
import unicodedata
from collections.abc import Iterator

LETTER = "\xff"
OTHER = "\xa4"
# What one character may become: some compatibility forms are whole sentences.
MAX_FOLDED = 4

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u00ad\u2043"
_DOTS = "\u3002\uff61\uff0e\u2024\ufe52"
_APART = {"\u00ad": "", "\u3164": "", "\u115f": "", "\u1160": "", "\uffa0": "", "\u034f": ""}
_VANISHING = frozenset({"Cf", "Mn", "Me", "Cc"})
_KEPT = "\t\n\r"
_FOLDED = re.compile(r"[^\t\n\r\x20-\x7e]")


class _Table(dict[int, str]):
    """What each character becomes, worked out when it is first met: at most one entry for each of Unicode."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _folded(chr(code))
        return folded


def _folded(character: str) -> str:
    if character in _APART:
        return _APART[character]
    if character in _DASHES:
        return "-"
    if character in _DOTS:
        return "."
    apart = unicodedata.normalize("NFKD", character)
    return "".join(_plain(part) for part in apart) if len(apart) <= MAX_FOLDED else OTHER


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category in _VANISHING and character not in _KEPT:
        return ""
    if character < "\x80":
        return character
    if category[0] == "Z":
        return " "
    return LETTER if category[0] == "L" else OTHER


TABLE = _Table()


def fold(text: str) -> str:
    return text.translate(TABLE)


def folded_pieces(text: str) -> Iterator[tuple[int, int]]:
    """How many characters came of how many: runs of what stays the same at once, anything else one by one."""
    after = 0
    for found in _FOLDED.finditer(text):
        start = found.start()
        if start > after:
            yield start - after, 1
        yield len(TABLE[ord(text[start])]), 0
        after = start + 1
    if len(text) > after:
        yield len(text) - after, 1
