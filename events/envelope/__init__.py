"""The CloudEvent value, its strict parser and its exact serialisers. Imports neither Django nor a client library."""

from events.envelope.attributes import Extension
from events.envelope.errors import BatchError, EnvelopeError, TooManyEventsError, UnsupportedMediaTypeError
from events.envelope.event import NO_DATA, NO_EXTENSIONS, CloudEvent
from events.envelope.parse import MAX_EVENTS, Mode, parse_http
from events.envelope.serialise import (
    attribute_headers,
    content_type,
    payload,
    to_batch,
    to_binary_headers,
    to_structured,
)
from events.envelope.timestamps import instant

__all__ = [
    "MAX_EVENTS",
    "NO_DATA",
    "NO_EXTENSIONS",
    "BatchError",
    "CloudEvent",
    "EnvelopeError",
    "Extension",
    "Mode",
    "TooManyEventsError",
    "UnsupportedMediaTypeError",
    "attribute_headers",
    "content_type",
    "instant",
    "parse_http",
    "payload",
    "to_batch",
    "to_binary_headers",
    "to_structured",
]
