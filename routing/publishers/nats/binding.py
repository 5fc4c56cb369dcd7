"""The CloudEvents NATS binding: an event as headers and payload, binary or structured."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Self

from events.envelope.attributes import Extension
from events.envelope.event import CloudEvent
from events.envelope.serialise import canonical, content_type, payload, percent_encode, to_structured

Encoded = tuple[dict[str, str], bytes]
Encoder = Callable[[str, CloudEvent], Encoded]

NAME = re.compile(r"[a-z0-9]+")
DEDUP_ID = re.compile(r"[A-Za-z0-9_-]+")
# "NATS/1.0" and two line ends around the headers; a colon, a space and a line end in each.
HEADER_FRAME, HEADER_LINE = 12, 4
SPECVERSION = "\r\nce-specversion: 1.0"
CONTENT_TYPE = "\r\ncontent-type: application/cloudevents+json"


class NotEncodableError(ValueError):
    """An event the binding has no form for; the message names the attribute, never its value."""


class Rendered(str):
    """A header value with the lines of all other headers behind it, to be written as it is.

    The client cleans each header by itself, at 0.7 us apiece, which with a dozen is half of all work for an event. What
    it cleans away cannot be here: every name is checked and every value percent-encoded below.
    """

    __slots__ = ()

    def strip(self, chars: str | None = None, /) -> Self:
        return self

    def translate(self, table: object, /) -> Self:
        return self


def header_line(name: str, value: Extension) -> str:
    text = value if type(value) is str else canonical(value)
    return f"\r\n{header_name(name)}: {percent_encode(text)}"


# Types, sources and content types repeat from event to event; ids and times do not.
repeated_line = lru_cache(4096)(header_line)


@lru_cache(1024)
def header_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise NotEncodableError("an attribute's name is not made of a-z and 0-9")
    return f"ce-{name}"


def binary(dedup_id: str, event: CloudEvent) -> Encoded:
    """Every attribute a `ce-` header, the data as payload. Raises NotEncodableError."""
    lines = [
        _checked(dedup_id),
        SPECVERSION,
        header_line("id", event.id),
        repeated_line("source", event.source),
        repeated_line("type", event.type),
    ]
    if event.subject is not None:
        lines.append(header_line("subject", event.subject))
    if event.time is not None:
        lines.append(header_line("time", event.time))
    declared = content_type(event)
    if declared is not None:
        lines.append(repeated_line("datacontenttype", declared))
    if event.dataschema is not None:
        lines.append(repeated_line("dataschema", event.dataschema))
    lines += [header_line(name, value) for name, value in event.extensions.items()]
    lines.append(_trace(event))
    return {"Nats-Msg-Id": Rendered("".join(lines))}, payload(event)


def structured(dedup_id: str, event: CloudEvent) -> Encoded:
    """The whole event as JSON in the payload. Raises NotEncodableError."""
    lines = _checked(dedup_id) + CONTENT_TYPE + _trace(event)
    return {"Nats-Msg-Id": Rendered(lines)}, to_structured(event)


def _checked(dedup_id: str) -> str:
    if not DEDUP_ID.fullmatch(dedup_id):
        raise NotEncodableError("the deduplication id is not made of letters, digits, - and _")
    return dedup_id


def _trace(event: CloudEvent) -> str:
    """What tracing tools look for goes by its own name too."""
    traceparent = event.extensions.get("traceparent")
    return "" if traceparent is None else f"\r\ntraceparent: {percent_encode(canonical(traceparent))}"


def wire_size(headers: dict[str, str], payload: bytes) -> int:
    """Bytes the server counts against its `max_payload`: headers and payload together."""
    framed = sum(len(name) + len(value) + HEADER_LINE for name, value in headers.items())
    return HEADER_FRAME + framed + len(payload)
