"""Where values and names stand in a JSON text that is known to be valid: one pass, without parsing it to values."""

import re
from collections.abc import Iterable
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


FEW = 8
"""Each look-up goes over all of the text."""


@dataclass(slots=True)
class Place:
    """A wanted place, or one on the way to it.

    Spans are offsets of whole literals in the text, quotes included; an object or array has none as its `value`.
    """

    below: dict[str, "Place"] = field(default_factory=dict)
    wanted: bool = False
    value: tuple[int, int] | None = None
    name: tuple[int, int] | None = None


def keys_of(pointer: str) -> list[str]:
    """The names in a JSON Pointer."""
    parts = pointer.split("/")[1:]
    return parts if "~" not in pointer else [part.replace("~1", "/").replace("~0", "~") for part in parts]


def locate(text: str, pointers: Iterable[str], parsed: Json = None) -> dict[str, Place]:
    """The places of leaves and names, by pointers that begin with `/data`.

    Where the caller has the parsed text, a few strings are looked up by their values: most stand there once.
    """
    pointers = list(pointers)
    if len(pointers) > FEW:
        parsed = None
    wanted = {pointer: _found_by_value(text, pointer, parsed) for pointer in pointers}
    if None not in wanted.values():
        return {pointer: place for pointer, place in wanted.items() if place is not None}
    root = Place()
    places = {pointer: place or _want(root, pointer) for pointer, place in wanted.items()}
    _walk(text, root, sum(place is None for place in wanted.values()))
    return places


def _found_by_value(text: str, pointer: str, parsed: Json) -> Place | None:
    """The string at a place, if it is the only one of its value.

    Without any backslash quotes only open and close strings. After one that closes stands a space or one of `,:]}`; a
    value that begins with none of these, with quotes around it, is found nowhere but where it is a string.
    """
    if parsed is None or "\\" in text:
        return None
    value = _value_at(parsed, keys_of(pointer)[1:])
    if not isinstance(value, str) or not value or value[0] in " \t\r\n,:]}":
        return None
    literal = f'"{value}"'
    at = text.find(literal)
    if at < 0 or text.find(literal, at + 1) >= 0:
        return None
    return Place(value=(at, at + len(literal)))


def _value_at(node: Json, keys: Iterable[str]) -> Json:
    """None where there is nothing."""
    try:
        for key in keys:
            node = node[int(key) if type(node) is list else key]
    except (KeyError, IndexError, ValueError, TypeError):
        return None
    return node


def _want(root: Place, pointer: str) -> Place:
    place = root
    for key in keys_of(pointer):
        place = place.below.setdefault(key, Place())
    place.wanted = True
    return place


def _walk(text: str, root: Place, missing: int) -> None:
    """Fill in the spans; containers without a wanted place are skipped."""
    match = _STEP.match
    around, index = root, -1
    stack: list[tuple[Place, int]] = []
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
        place = around.below.get(key)
        if place is not None and place.wanted:
            missing -= 1
            place.name = step.span("name") if name else None
            place.value = step.span("leaf") if leaf else None
        if opened and place is not None and place.below:
            stack.append((around, index))
            around, index = place, -1
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
