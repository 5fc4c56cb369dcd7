"""CloudEvents from an HTTP request: structured, batched and binary mode, strictly."""

import base64
import binascii
import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote_to_bytes

import msgspec

from events.envelope.attributes import RESERVED, charset, check_attributes, is_json
from events.envelope.errors import BatchError, EnvelopeError, TooManyEventsError, UnsupportedMediaTypeError
from events.envelope.event import NO_EXTENSIONS, CloudEvent, check_json_data, unchecked
from events.envelope.json_text import MAX_DEPTH, document_error, element_errors, is_strict, load_json

MAX_EVENTS = 1000

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNICODE = frozenset({None, "utf-8", "utf8", "us-ascii"})


class Mode(StrEnum):
    """The content modes of the HTTP binding."""

    BINARY = "binary"
    STRUCTURED = "structured"
    BATCH = "batch"


class _Data(msgspec.Struct):
    """An event of which only the text of its `data` is read."""

    data: msgspec.Raw = msgspec.Raw(b"")


_DATA = msgspec.json.Decoder(_Data)
_DATA_LIST = msgspec.json.Decoder(list[_Data])


def parse_http(headers: Mapping[str, str], body: bytes, max_events: int = MAX_EVENTS) -> tuple[list[CloudEvent], Mode]:
    """The events of a request. `headers` have lower-case names; only `content-type` and `ce-` ones are read."""
    declared = headers.get("content-type", "")
    mode = content_mode(declared)
    if mode is Mode.STRUCTURED:
        return [parse_structured(body)], mode
    if mode is Mode.BATCH:
        return parse_batch(body, max_events), mode
    return [parse_binary(headers, body)], mode


def data_text(body: bytes) -> str:
    """The member `data` of an object, as it is written there. The body is strict JSON and has one."""
    return str(_DATA.decode(body).data, "utf-8")


def content_mode(content_type: str) -> Mode:
    media_type = content_type.partition(";")[0].strip().lower()
    if not media_type.startswith("application/cloudevents"):
        return Mode.BINARY
    if charset(content_type) not in _UNICODE:
        raise UnsupportedMediaTypeError("content-type", "unsupported-charset", "JSON is UTF-8")
    if media_type == "application/cloudevents+json":
        return Mode.STRUCTURED
    if media_type == "application/cloudevents-batch+json":
        return Mode.BATCH
    raise UnsupportedMediaTypeError("content-type", "unsupported-format", "the only event format is JSON")


def parse_structured(body: bytes) -> CloudEvent:
    document = load_json(body)
    if not is_strict(body, document, MAX_DEPTH + 1):
        raise document_error(body, document, MAX_DEPTH + 1)
    if type(document) is not dict:
        raise EnvelopeError("", "not-an-object", "an event is a JSON object")
    return _event(document, _DATA.decode(body).data)


def parse_batch(body: bytes, max_events: int = MAX_EVENTS) -> list[CloudEvent]:
    """All events of a batch, or a `BatchError` with the first fault of each that is invalid."""
    documents = load_json(body)
    if type(documents) is not list:
        raise EnvelopeError("", "not-an-array", "a batch is a JSON array of events")
    if len(documents) > max_events:
        raise TooManyEventsError("", "too-many-events", f"a batch has at most {max_events} events")
    errors: dict[int, EnvelopeError] = {}
    if not is_strict(body, documents, MAX_DEPTH + 2):
        for index, fault in element_errors(body, documents, MAX_DEPTH + 2):
            errors[index] = EnvelopeError(fault.pointer, fault.code, fault.reason, index)
    raws = _raw_data(body, documents)
    events = []
    for index, document in enumerate(documents):
        try:
            events.append(_element(document, raws[index]))
        except EnvelopeError as error:
            fault = EnvelopeError(f"/{index}{error.pointer}", error.code, error.reason, index)
            errors.setdefault(index, fault)
    if errors:
        raise BatchError([errors[index] for index in sorted(errors)], len(documents))
    return events


def parse_binary(headers: Mapping[str, str], body: bytes) -> CloudEvent:
    names = [name for name in headers if name.startswith("ce-")]
    if not names:
        raise UnsupportedMediaTypeError(
            "content-type", "unsupported-media-type", "neither a CloudEvents type nor ce- headers"
        )
    attributes: dict[str, Any] = {name[3:]: _header_value(name, headers[name]) for name in names}
    if "datacontenttype" in attributes:
        raise EnvelopeError("ce-datacontenttype", "reserved-name", "the content type goes into the Content-Type header")
    attributes["datacontenttype"] = headers.get("content-type") or None
    try:
        event = _attributes(attributes)
    except EnvelopeError as error:
        fault = error
    else:
        return _with_body(event, body) if body else event
    raise EnvelopeError(_header(fault.pointer), fault.code, fault.reason)


def _element(document: Any, raw: msgspec.Raw) -> CloudEvent:
    if type(document) is not dict:
        raise EnvelopeError("", "not-an-object", "an event is a JSON object")
    return _event(document, raw)


def _raw_data(body: bytes, documents: list[Any]) -> list[msgspec.Raw]:
    if all(type(document) is dict for document in documents):
        return [element.data for element in _DATA_LIST.decode(body)]
    return [msgspec.Raw(b"null")] * len(documents)


def _event(document: dict[str, Any], raw: msgspec.Raw) -> CloudEvent:
    event = _attributes(document)
    if "data_base64" in document:
        if "data" in document:
            raise EnvelopeError("/data_base64", "two-data-members", "data and data_base64 exclude each other")
        data: str | bytes | None = _decode_base64(document["data_base64"])
    elif "data" in document:
        data = _data(document["data"], raw, event.datacontenttype)
    else:
        return event
    return _with_data(event, data)


def _attributes(document: Mapping[str, Any]) -> CloudEvent:
    get = document.get
    if get("specversion") != "1.0":
        _refuse_version(get("specversion"))
    extensions = {name: value for name, value in document.items() if name not in RESERVED and value is not None}
    event = unchecked(
        get("id"),  # type: ignore[arg-type]  # checked below, as all are
        get("source"),  # type: ignore[arg-type]
        get("type"),  # type: ignore[arg-type]
        get("subject"),
        get("time"),
        get("datacontenttype"),
        get("dataschema"),
        MappingProxyType(extensions) if extensions else NO_EXTENSIONS,
        None,
    )
    check_attributes(event)
    return event


def _refuse_version(value: object) -> None:
    if value is None:
        raise EnvelopeError("/specversion", "missing", "is required")
    raise EnvelopeError("/specversion", "unsupported-specversion", "must be the string 1.0")


def _data(value: Any, raw: msgspec.Raw, datacontenttype: str | None) -> str | None:
    if is_json(datacontenttype):
        return str(raw, "utf-8")
    if value is not None and type(value) is not str:
        raise EnvelopeError("/data", "not-a-string", "must be a string, as datacontenttype is not JSON")
    return value


def _decode_base64(value: object) -> bytes | None:
    if value is None:
        return None
    if type(value) is str:
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            pass
    raise EnvelopeError("/data_base64", "bad-base64", "must be a base64 string (RFC 4648)")


def _with_data(event: CloudEvent, data: str | bytes | None) -> CloudEvent:
    return unchecked(
        event.id,
        event.source,
        event.type,
        event.subject,
        event.time,
        event.datacontenttype,
        event.dataschema,
        event.extensions,
        data,
    )


def _with_body(event: CloudEvent, body: bytes) -> CloudEvent:
    declared = event.datacontenttype
    encoding = charset(declared) if declared else None
    if is_json(declared):
        if encoding not in _UNICODE:
            raise UnsupportedMediaTypeError("content-type", "unsupported-charset", "JSON is UTF-8")
        _check_json_body(body)
        return _with_data(event, body.decode())
    if declared and declared.lower().startswith("text/") and encoding in _UNICODE:
        return _with_data(event, _decode_text(body))
    return _with_data(event, body)


def _check_json_body(body: bytes) -> None:
    try:
        check_json_data(body)
    except EnvelopeError as error:
        fault = error
    else:
        return
    raise EnvelopeError(_header(fault.pointer), fault.code, fault.reason)


def _decode_text(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        place = error.start
    else:
        if "\0" in text:
            raise EnvelopeError("body", "nul-character", "U+0000 is not allowed in text")
        return text
    raise EnvelopeError("body", "invalid-text", f"not valid UTF-8 at byte {place}")


def _header_value(header: str, value: str) -> str:
    quoted = _QUOTED.fullmatch(value)
    text = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else value
    if "%" not in text:
        if text.isascii():
            return text
        raise EnvelopeError(header, "not-ascii", "characters outside ASCII must be percent-encoded")
    if not text.isascii() or _BAD_PERCENT.search(text):
        raise EnvelopeError(header, "bad-percent-encoding", "must be percent-encoded ASCII")
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        pass
    raise EnvelopeError(header, "bad-percent-encoding", "does not decode to UTF-8")


def _header(pointer: str) -> str:
    """Where an attribute or a part of the data was in a binary-mode message."""
    name = pointer[1:]
    if name == "data" or name.startswith("data/"):
        return f"body{name[4:]}"
    if name == "datacontenttype":
        return "content-type"
    return f"ce-{name}" if name else "headers"
