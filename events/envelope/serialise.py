"""An event as bytes and headers: structured, batched and binary mode of the HTTP binding.

JSON data goes out as the text that is stored, never parsed again.
"""

import base64
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import orjson

from events.envelope.attributes import Extension, is_json
from events.envelope.event import CloudEvent

STRUCTURED = "application/cloudevents+json; charset=UTF-8"
BATCH = "application/cloudevents-batch+json; charset=UTF-8"

_PLAIN = re.compile(r"[!#$&-~]*")
_SAFE = "!#$&'()*+,/:;<=>?@[\\]^`{|}"


def payload(event: CloudEvent) -> bytes:
    """The data as the body of a binary-mode message."""
    data = event.data
    if type(data) is str:
        return data.encode()
    return data if type(data) is bytes else b""


def content_type(event: CloudEvent) -> str | None:
    """What a binary-mode message declares; JSON's own where the event leaves it to be implied."""
    if event.datacontenttype is None and type(event.data) is str:
        return "application/json"
    return event.datacontenttype


def to_structured(event: CloudEvent) -> bytes:
    members = _members(event)
    data = event.data
    if data is None:
        return orjson.dumps(members)
    if isinstance(data, bytes):
        members["data_base64"] = base64.b64encode(data).decode()
    elif is_json(event.datacontenttype):
        return b'%b,"data":%b}' % (orjson.dumps(members)[:-1], data.encode())
    else:
        members["data"] = data
    return orjson.dumps(members)


def to_batch(events: Iterable[CloudEvent]) -> bytes:
    return b"[" + b",".join(map(to_structured, events)) + b"]"


def attribute_headers(event: CloudEvent) -> dict[str, str]:
    """`ce-` headers, percent-encoded, of all attributes but `datacontenttype`."""
    headers = {"ce-specversion": "1.0"}
    for name, value in _members(event).items():
        if name != "datacontenttype":
            headers[f"ce-{name}"] = percent_encode(canonical(value))
    return headers


def to_binary_headers(event: CloudEvent) -> dict[str, str]:
    """All headers of a binary-mode HTTP message."""
    headers = attribute_headers(event)
    declared = content_type(event)
    if declared is not None:
        headers["content-type"] = declared
    return headers


def percent_encode(value: str) -> str:
    """Encode space, double quote, percent and all outside U+0021 to U+007E."""
    return value if _PLAIN.fullmatch(value) else quote(value, safe=_SAFE)


def canonical(value: Extension) -> str:
    """The canonical string form of an attribute value."""
    if type(value) is str:
        return value
    if type(value) is bool:
        return "true" if value else "false"
    return str(value)


def _members(event: CloudEvent) -> dict[str, Any]:
    members: dict[str, Any] = {"specversion": "1.0", "id": event.id, "source": event.source, "type": event.type}
    if event.subject is not None:
        members["subject"] = event.subject
    if event.time is not None:
        members["time"] = event.time
    if event.datacontenttype is not None:
        members["datacontenttype"] = event.datacontenttype
    if event.dataschema is not None:
        members["dataschema"] = event.dataschema
    if event.extensions:
        members.update(event.extensions)
    return members
