"""An event from a command line: from options, or a whole one in JSON. Values are checked, and never quoted back."""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import orjson

from events.envelope import CloudEvent, EnvelopeError, Extension, parse_http

STRUCTURED = {"content-type": "application/cloudevents+json"}
STDIN = "-"
TYPED = re.compile(r"([a-z0-9]+)(:?=)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed. `whole` names a file with an event in JSON, `data_file` one with data; `-` is stdin."""

    whole: str | None = None
    type: str | None = None
    source: str | None = None
    id: str | None = None
    subject: str | None = None
    data: str | None = None
    data_file: str | None = None
    content_type: str | None = None
    extensions: list[str] = field(default_factory=list)


class GivenError(ValueError):
    """The options do not make an event; the text says which and why."""


def event_of(given: Given) -> CloudEvent:
    """Raises GivenError, OSError for a file that cannot be read, and EnvelopeError for an event that breaks a rule."""
    if given.whole is not None:
        if given != Given(whole=given.whole):
            raise GivenError("a whole event was given: options that describe one have no place beside it")
        [event], _ = parse_http(STRUCTURED, _read(given.whole))
        return event
    if not (given.type and given.source):
        raise GivenError("--type and --source are needed, or a file with a whole event (- for stdin)")
    return _from_options(given, given.type, given.source)


def _from_options(given: Given, type: str, source: str) -> CloudEvent:
    data = _data(given)
    content_type = given.content_type or (None if data is None else "application/json")
    return CloudEvent(
        id=given.id or str(uuid4()), source=source, type=type, subject=given.subject, datacontenttype=content_type,
        extensions=_extensions(given.extensions), data=data,
    )  # fmt: skip


def _data(given: Given) -> str | bytes | None:
    if given.data is not None and given.data_file is not None:
        raise GivenError("--data and --data-file: one of them")
    if given.data_file is None:
        return given.data
    raw = _read(given.data_file)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def _extensions(words: list[str]) -> dict[str, Extension]:
    found: dict[str, Extension] = {}
    for word in words:
        match = TYPED.fullmatch(word)
        if match is None:
            raise GivenError("--extension takes name=text, or name:=value for a number, true or false")
        if match[1] in found:
            raise GivenError(f"the extension {match[1]} is given twice")
        found[match[1]] = match[3] if match[2] == "=" else _typed(match[1], match[3])
    return found


def _typed(name: str, text: str) -> Extension:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise GivenError(f"the extension {name} is neither a number nor true nor false") from error
    if not isinstance(value, int):
        raise EnvelopeError(f"/{name}", "bad-type", "must be a whole number, true or false where := is used")
    return value


def _read(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
