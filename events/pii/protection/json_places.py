"""Where values and names stand in a JSON text that is known to be valid: one pass, without parsing it to values."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from events.pii.detection.finding import Json
from events.pii.protection.errors import NotLocatedError
from events.pii.protection.literals import value_of

_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_STEP = re.compile(
    rf'[\s,]*+(?:(?P<close>[\]}}])|(?:(?P<name>{_STRING})\s*:\s*)?(?:(?P<open>[\[{{])|(?P<leaf>{_STRING}|[^\s,\]}}\[{{"]+)))'
)
_BRACKET = re.compile(rf"{_STRING}|[\[{{]|(?P<close>[\]}}])")
# All the rest of a container in which there is no other: one call, where most of them end.
_FLAT = re.compile(rf'(?:[^"\[\]{{}}]++|{_STRING})*+[\]}}]')
_AFTER_STRINGS = frozenset({"", " ", "\t", "\r", "\n", ",", ":", "]", "}"})

FEW = 8
"""Each look-up goes over all of the text."""


@dataclass(slots=True)
class Place:
    """Spans are offsets of whole literals in the text, quotes included; an object or array has none as its `value`."""

    value: tuple[int, int] | None = None
    name: tuple[int, int] | None = None


NOWHERE = Place()


@dataclass(slots=True)
class _Step:
    """A wanted place, which has a pointer, or one on the way to it."""

    below: dict[str, "_Step"] = field(default_factory=dict)
    pointer: str | None = None


def keys_of(pointer: str) -> list[str]:
    """The names in a JSON Pointer."""
    parts = pointer.split("/")[1:]
    return parts if "~" not in pointer else [part.replace("~1", "/").replace("~0", "~") for part in parts]


def locate(text: str, pointers: Iterable[str], parsed: Json = None) -> dict[str, Place]:
    """The places of leaves and names, by pointers that begin with `/data`.

    Where the caller has the parsed text, a few strings are looked up by their values: most stand there once.
    """
    places = dict.fromkeys(pointers, NOWHERE)
    if parsed is not None and len(places) <= FEW and "\\" not in text:
        _find_by_value(text, places, parsed)
    missing = [pointer for pointer, place in places.items() if place.value is None]
    if missing:
        _walk(text, places, missing)
    return places


def _find_by_value(text: str, places: dict[str, Place], parsed: Json) -> None:
    """Of the strings that stand there once.

    Without any backslash quotes only open and close strings. After one that closes stands a space or one of `,:]}`; a
    value that begins with none of these, with quotes around it, is found nowhere but where it is a string.
    """
    for pointer in places:
        value = _value_at(parsed, pointer)
        if type(value) is not str or value[:1] in _AFTER_STRINGS:
            continue
        literal = f'"{value}"'
        if text.count(literal) == 1:
            at = text.find(literal)
            places[pointer] = Place((at, at + len(literal)))


def _value_at(data: Json, pointer: str) -> Json:
    """None where there is nothing."""
    node: Json = data
    try:
        for key in keys_of(pointer)[1:]:
            node = node[int(key) if type(node) is list else key]
    except (KeyError, IndexError, ValueError, TypeError):
        return None
    return node


def _steps(pointers: Iterable[str]) -> _Step:
    root = _Step()
    for pointer in pointers:
        step = root
        for key in keys_of(pointer):
            step = step.below.setdefault(key, _Step())
        step.pointer = pointer
    return root


def _walk(text: str, places: dict[str, Place], pointers: Collection[str]) -> None:
    """Fill in the places of some pointers; containers without any of them are skipped."""
    match = _STEP.match
    around, index, missing = _steps(pointers), -1, len(pointers)
    stack: list[tuple[_Step, int]] = []
    at, first = 0, True
    while missing and (step := match(text, at)):
        close, name, opened, leaf = step.groups()
        at = step.end()
        if close:
            around, index = stack.pop()
            continue
        if first:
            key, first = "data", False
        elif name:
            key = value_of(name)
        else:
            index += 1
            key = str(index)
        below = around.below.get(key)
        if below is not None and below.pointer is not None:
            missing -= 1
            places[below.pointer] = Place(step.span("leaf") if leaf else None, step.span("name") if name else None)
        if opened and below is not None and below.below:
            stack.append((around, index))
            around, index = below, -1
        elif opened:
            at = _end(text, at)


def _end(text: str, at: int) -> int:
    """Where the container ends that is open at `at`."""
    flat = _FLAT.match(text, at)
    if flat is not None:
        return flat.end()
    depth = 1
    for found in _BRACKET.finditer(text, at):
        bracket = found[0]
        if bracket[0] == '"':
            continue
        depth += -1 if found["close"] else 1
        if not depth:
            return found.end()
    raise NotLocatedError
