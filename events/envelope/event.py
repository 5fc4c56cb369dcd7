"""The CloudEvent value (CloudEvents 1.0.2)."""

import base64
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, cast

import orjson

from events.envelope.attributes import Extension, check_attributes, is_json
from events.envelope.errors import EnvelopeError
from events.envelope.json_text import parse_json

NO_EXTENSIONS: Mapping[str, Extension] = MappingProxyType({})


def _no_extensions() -> Mapping[str, Extension]:
    return NO_EXTENSIONS


class _NoData:
    """The type of `NO_DATA`."""


NO_DATA = _NoData()
"""No data at all, where None would be JSON's null."""


@dataclass(frozen=True, slots=True)
class CloudEvent:
    """One event. `data` is text (JSON text where `datacontenttype` says JSON or is absent) or, when binary, bytes.

    Making one checks it; `EnvelopeError` names the first attribute that breaks a rule.
    """

    id: str
    source: str
    type: str
    subject: str | None = None
    time: str | None = None
    datacontenttype: str | None = None
    dataschema: str | None = None
    extensions: Mapping[str, Extension] = field(default_factory=_no_extensions)
    data: str | bytes | None = None

    def __post_init__(self) -> None:
        if self.extensions is not NO_EXTENSIONS:
            object.__setattr__(self, "extensions", MappingProxyType(dict(self.extensions)))
        check_attributes(self)
        _check_data(self.data, self.datacontenttype)

    @staticmethod
    def of(
        *,
        type: str,
        source: str,
        data: object = NO_DATA,
        id: str | None = None,
        subject: str | None = None,
        time: str | None = None,
        dataschema: str | None = None,
        **extensions: Extension,
    ) -> "CloudEvent":
        """Make an event from any JSON-serialisable `data`; without an `id` it gets a random UUID."""
        return CloudEvent(
            id=str(uuid.uuid4()) if id is None else id,
            source=source,
            type=type,
            subject=subject,
            time=time,
            datacontenttype=None if data is NO_DATA else "application/json",
            dataschema=dataschema,
            extensions=extensions or NO_EXTENSIONS,
            data=None if data is NO_DATA else _dumps(data),
        )

    @staticmethod
    def stored(
        id: str,
        source: str,
        type: str,
        subject: str | None,
        time: str | None,
        datacontenttype: str | None,
        dataschema: str | None,
        extensions: str,
        data: str | None,
        data_base64: bool,
    ) -> "CloudEvent":
        """Build one from the columns of an outbox entry, in the order of the table, without checking anything again."""
        return unchecked(
            id,
            source,
            type,
            subject,
            time,
            datacontenttype,
            dataschema,
            NO_EXTENSIONS if extensions == "{}" else MappingProxyType(orjson.loads(extensions)),
            base64.b64decode(data) if data_base64 and data is not None else data,
        )


class _Draft:
    """A CloudEvent with slots that can be assigned: three times as fast to fill as a frozen one."""

    __slots__ = tuple(CloudEvent.__slots__)

    def __init__(
        self,
        id: str,
        source: str,
        type: str,
        subject: str | None,
        time: str | None,
        datacontenttype: str | None,
        dataschema: str | None,
        extensions: Mapping[str, Extension],
        data: str | bytes | None,
    ) -> None:
        self.id = id
        self.source = source
        self.type = type
        self.subject = subject
        self.time = time
        self.datacontenttype = datacontenttype
        self.dataschema = dataschema
        self.extensions = extensions
        self.data = data


def unchecked(
    id: str,
    source: str,
    type: str,
    subject: str | None,
    time: str | None,
    datacontenttype: str | None,
    dataschema: str | None,
    extensions: Mapping[str, Extension],
    data: str | bytes | None,
) -> CloudEvent:
    """Make an event of values known to be right. Both classes have the same slots, so one can become the other."""
    draft: Any = _Draft(id, source, type, subject, time, datacontenttype, dataschema, extensions, data)
    draft.__class__ = CloudEvent
    return cast(CloudEvent, draft)


def _check_data(data: object, datacontenttype: str | None) -> None:
    if data is None or type(data) is bytes:
        return
    if type(data) is not str:
        raise EnvelopeError("/data", "bad-type", "must be text, bytes or None")
    try:
        encoded = data.encode()
    except UnicodeEncodeError:
        encoded = None
    if encoded is None:
        raise EnvelopeError("/data", "invalid-text", "has a lone surrogate")
    if is_json(datacontenttype):
        check_json_data(encoded)
    elif "\0" in data:
        raise EnvelopeError("/data", "nul-character", "U+0000 is not allowed in text; binary data may hold it")


def check_json_data(text: bytes) -> None:
    """Check the data of an event that is JSON text; the place is given from the event's root."""
    try:
        parse_json(text)
    except EnvelopeError as error:
        fault = error
    else:
        return
    raise EnvelopeError(f"/data{fault.pointer}", fault.code, fault.reason)


def _dumps(data: object) -> str:
    try:
        return json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):
        pass
    raise EnvelopeError("/data", "not-json", "must consist of JSON's types, without NaN, Infinity or circles")
