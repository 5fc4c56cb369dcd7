"""Texts in percent-encoding, with HTML entities or with JSON's escapes, decoded piece by piece in one pass."""

from collections.abc import Callable
from html.entities import html5

_HEX = {f"{high}{low}" for high in "0123456789abcdefABCDEF" for low in "0123456789abcdefABCDEF"}
_LONGEST_ENTITY = 10
_LARGEST = 0x10FFFF
_SPACES = {"n": "\n", "r": "\r", "t": "\t"}

Decoded = tuple[str, int]
"""Some characters, and how many characters each of them was written with."""


def percent(text: str) -> list[Decoded]:
    """Runs of escapes are UTF-8; bytes that are not become what they are in Latin-1."""
    first, *rest = text.split("%")
    pieces: list[Decoded] = [(first, 1)]
    run: list[str] = []
    for part in rest:
        escape = part[:2]
        if escape not in _HEX:
            pieces += _bytes(run)
            pieces.append((f"%{part}", 1))
            run = []
            continue
        run.append(escape)
        if len(part) > 2:
            pieces += _bytes(run)
            pieces.append((part[2:], 1))
            run = []
    return pieces + _bytes(run)


def _bytes(run: list[str]) -> list[Decoded]:
    if not run:
        return []
    content = bytes.fromhex("".join(run))
    if content.isascii():
        return [(content.decode("ascii"), 3)]
    try:
        return [(character, 3 * len(character.encode())) for character in content.decode()]
    except UnicodeDecodeError:
        return [(content.decode("latin-1"), 3)]


def entities(text: str) -> list[Decoded]:
    """`&commat;`, `&#64;` and `&#x40;`."""
    return _after(text, "&", _entity)


def escapes(text: str) -> list[Decoded]:
    """`\\u0040`, `\\n`, `\\r` and `\\t` where they stand in a text that is not JSON."""
    return _after(text, "\\", _escape)


def _after(text: str, mark: str, decode: Callable[[str], Decoded | None]) -> list[Decoded]:
    """Split at a mark; `decode` tells what stands there and how many characters after the mark it took."""
    first, *rest = text.split(mark)
    pieces: list[Decoded] = [(first, 1)]
    for part in rest:
        decoded = decode(part)
        if decoded is None:
            pieces.append((mark + part, 1))
        else:
            character, taken = decoded
            pieces.append((character, len(mark) + taken))
            pieces.append((part[taken:], 1))
    return pieces


def _entity(part: str) -> Decoded | None:
    end = part.find(";", 0, _LONGEST_ENTITY)
    name = part[:end]
    if end < 1:
        return None
    if name[0] != "#":
        character = html5.get(f"{name};", "")
        return (character, end + 1) if len(character) == 1 else None
    code = _number(name[2:], 16) if name[1:2] in {"x", "X"} else _number(name[1:], 10)
    return (chr(code), end + 1) if 0 < code <= _LARGEST else None


def _escape(part: str) -> Decoded | None:
    if part[:1] in _SPACES:
        return _SPACES[part[0]], 1
    code = _number(part[1:5], 16) if part[:1] == "u" and len(part) > 4 else 0
    return (chr(code), 5) if code else None


def _number(digits: str, base: int) -> int:
    """0 where it is no number."""
    if not digits.isascii() or not digits.isalnum():
        return 0
    try:
        return int(digits, base)
    except ValueError:
        return 0


DECODERS: tuple[tuple[str, str, Callable[[str], list[Decoded]]], ...] = (
    ("percent", "%", percent),
    ("entities", "&", entities),
    ("escapes", "\\", escapes),
)
