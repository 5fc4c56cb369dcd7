"""Strict JSON: RFC 8259, and no duplicate keys, no U+0000, no number beyond a double, no nesting beyond a limit.

orjson decides everything but duplicates, U+0000 and the nesting limit. Those are decided here, exactly, and at the
speed of C for a text that has none of them.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from events.envelope.errors import EnvelopeError

MAX_DEPTH = 128

_CONTAINERS = frozenset({dict, list})
_NUL_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def parse_json(text: bytes, max_depth: int = MAX_DEPTH) -> Any:
    """Return the value of a strict JSON text, or raise the first `EnvelopeError`."""
    value = load_json(text)
    if not is_strict(text, value, max_depth):
        raise document_error(text, value, max_depth)
    return value


def load_json(text: bytes) -> Any:
    """Parse; what orjson lets pass is left to `is_strict`."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
    raise EnvelopeError("", "invalid-json", f"not valid JSON at {place}")


def is_strict(text: bytes, value: Any, max_depth: int) -> bool:
    """Whether a text that orjson has parsed to `value` keeps the other rules too."""
    return not (_too_deep(text, value, max_depth) or _has_nul(text) or _has_duplicates(text, value))


def document_error(text: bytes, value: Any, max_depth: int) -> EnvelopeError:
    """The first fault of a text that is not strict."""
    fault = _first_fault(_suspect(text, value, max_depth), None, 1)
    assert fault is not None
    return fault


def element_errors(text: bytes, values: list[Any], max_depth: int) -> Iterator[tuple[int, EnvelopeError]]:
    """The first fault of each element, with its index, of an array that is not strict."""
    suspect = _suspect(text, values, max_depth)
    for index, element in enumerate(suspect.document):
        fault = _first_fault(replace(suspect, document=element), (None, index), 2)
        if fault is not None:
            yield index, fault


def escape(key: str) -> str:
    """One token of a JSON Pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _too_deep(text: bytes, value: Any, max_depth: int) -> bool:
    if text.count(b"[") + text.count(b"{") <= max_depth:
        return False
    level = [value] if type(value) in _CONTAINERS else []
    for _ in range(max_depth):
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) in _CONTAINERS
        ]
        if not level:
            return False
    return True


def _has_nul(text: bytes) -> bool:
    return b"\\u0000" in text and _NUL_ESCAPE.search(text) is not None


def _has_duplicates(text: bytes, value: Any) -> bool:
    if b"\\u0022" in text:
        return bool(_read_again(text).repeated)
    # Written back without its duplicates a text has fewer quotes; every other quote, escaped ones too, comes back.
    return text.count(b'"') != orjson.dumps(value).count(b'"')


@dataclass
class _Reading:
    """A document read once more, with the names in its objects (by `id`) that hold one twice.

    `objects` keeps these alive even where an outer duplicate drops them, so that an `id` names no other object.
    """

    document: Any = None
    repeated: dict[int, list[str]] = field(default_factory=dict)
    objects: list[dict[str, Any]] = field(default_factory=list)

    def take(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) != len(pairs):
            self.repeated[id(members)] = [name for name, _ in pairs]
            self.objects.append(members)
        return members


def _read_again(text: bytes) -> _Reading:
    reading = _Reading()
    reading.document = json.loads(text, object_pairs_hook=reading.take)
    return reading


@dataclass(frozen=True)
class _Suspect:
    """A document with what is needed to find its faults."""

    document: Any
    reading: _Reading
    has_nul: bool
    max_depth: int


def _suspect(text: bytes, value: Any, max_depth: int) -> _Suspect:
    # The second reader recurses: it gets only what is not too deep.
    reading = _Reading(value) if _too_deep(text, value, max_depth) else _read_again(text)
    return _Suspect(reading.document, reading, _has_nul(text), max_depth)


# Where a container is: its parent's place and its key there. Most are never written out as a pointer.
_Place = tuple[Any, str | int] | None


def _first_fault(suspect: _Suspect, place: _Place, depth: int) -> EnvelopeError | None:
    if type(suspect.document) not in _CONTAINERS:
        return _nul(place) if suspect.has_nul and _is_nul(suspect.document) else None
    for found in _containers(suspect.document, place, depth):
        fault = _own_fault(suspect, *found)
        if fault is not None:
            return fault
    return None


def _containers(document: Any, place: _Place, depth: int) -> Iterator[tuple[_Place, int, Any]]:
    """Yield place, depth and container, each before what it contains, with no more memory than the depth needs."""
    yield place, depth, document
    stack = [(place, depth, _members(document))]
    while stack:
        place, depth, members = stack[-1]
        for key, child in members:
            if type(child) in _CONTAINERS:
                yield (place, key), depth + 1, child
                stack.append(((place, key), depth + 1, _members(child)))
                break
        else:
            stack.pop()


def _members(container: Any) -> Iterator[tuple[str | int, Any]]:
    return iter(container.items() if type(container) is dict else enumerate(container))


def _own_fault(suspect: _Suspect, place: _Place, depth: int, node: Any) -> EnvelopeError | None:
    if depth > suspect.max_depth:
        return EnvelopeError(_pointer(place), "too-deep", f"nested more than {suspect.max_depth} levels deep")
    names = suspect.reading.repeated.get(id(node))
    if names is not None:
        key, _ = Counter(names).most_common(1)[0]
        return EnvelopeError(_pointer((place, key)), "duplicate-key", "the same key twice in one object")
    return _nul_in(place, node) if suspect.has_nul else None


def _nul_in(place: _Place, node: Any) -> EnvelopeError | None:
    if type(node) is dict and any("\0" in key for key in node):
        return _nul(place)
    return next((_nul((place, key)) for key, child in _members(node) if _is_nul(child)), None)


def _nul(place: _Place) -> EnvelopeError:
    return EnvelopeError(_pointer(place), "nul-character", "U+0000 is not allowed")


def _is_nul(value: Any) -> bool:
    return type(value) is str and "\0" in value


def _pointer(place: _Place) -> str:
    keys = []
    while place is not None:
        place, key = place
        keys.append(f"/{escape(str(key))}")
    return "".join(reversed(keys))
