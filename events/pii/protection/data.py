"""An event's data with what is personal replaced; the rest is the same text."""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import orjson

from events.envelope.attributes import is_json
from events.pii.detection.finding import Json
from events.pii.detection.reading.walk import text_of
from events.pii.policies.action import Action
from events.pii.protection.acts import Names
from events.pii.protection.errors import NotLocatedError
from events.pii.protection.json_places import Place, locate
from events.pii.protection.literals import Edit, edited, literal_edits, value_of, written_out
from events.pii.protection.names import renamed
from events.pii.protection.replacing import Replacer
from events.pii.protection.spans import Span, strictest
from events.pii.protection.strings import string_edits

Spans: TypeAlias = Mapping[str, Sequence[Span]]
"""By pointer; in order and apart."""
ROOT = "/data"


def protected_json(text: str, values: Spans, names: Spans, replacer: Replacer, parsed: Json = None) -> str:
    """The text with its replacements. Raises NotLocatedError."""
    new_names = renamed(text, names, replacer) if names else {}
    # A name may be found by a value that it has in common with a string.
    places = locate(text, [*values, *names], None if names else parsed)
    told = Names(new_names).told
    edits: list[Edit] = []
    for pointer, spans in values.items():
        path = told(pointer) if new_names else pointer
        edits += _value_edits(text, places[pointer], spans, path, replacer)
    if new_names:
        edits += _name_edits(places, new_names)
    return edited(text, sorted(edits))


def _value_edits(text: str, place: Place, spans: Sequence[Span], path: str, replacer: Replacer) -> Iterable[Edit]:
    if place.value is None:
        raise NotLocatedError
    start, end = place.value
    literal = text[start:end]
    if literal[0] == '"':
        return literal_edits(literal, start, string_edits(value_of(literal), spans, path, replacer))
    return [(start, end, _instead_of_number(literal, spans, path, replacer))]


def _instead_of_number(literal: str, spans: Sequence[Span], path: str, replacer: Replacer) -> str:
    """A string for all of a number: a part of one would say too much about the rest."""
    span = strictest(spans)
    is_number = span.action is not Action.ENCRYPT and literal not in ("true", "false")
    value = text_of(orjson.loads(literal)) if is_number and not literal.isdecimal() else literal
    return f'"{written_out(replacer.replaced(value, span.kind, span.action, path, "number"))}"'


def _name_edits(places: Mapping[str, Place], new_names: Mapping[str, str]) -> Iterator[Edit]:
    for pointer, name in new_names.items():
        span = places[pointer].name
        if span is None:
            raise NotLocatedError
        yield (*span, f'"{written_out(name)}"')


def protected_text(text: str, spans: Sequence[Span], replacer: Replacer) -> str:
    """Data that is text but not JSON. Raises NotLocatedError."""
    return edited(text, string_edits(text, spans, ROOT, replacer))


def protected_bytes(data: bytes, spans: Sequence[Span], datacontenttype: str | None, replacer: Replacer) -> bytes:
    """Binary data is one thing: all of it is replaced; what should be JSON becomes a JSON string."""
    span = strictest(spans)
    if span.action is Action.ENCRYPT:
        replacement = replacer.sealed_bytes(ROOT, data)
    else:
        replacement = replacer.replaced(base64.b64encode(data).decode(), span.kind, span.action, ROOT)
    return orjson.dumps(replacement) if is_json(datacontenttype) else replacement.encode()
