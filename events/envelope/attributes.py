"""The rules for context attributes: CloudEvents 1.0.2, and a limit in bytes of UTF-8 for each of them."""

import datetime
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Protocol

from events.envelope.errors import EnvelopeError

Extension = str | int | bool

# The database indexes identity and key: together they must fit into a third of a page.
MAX_ID_BYTES = 256
MAX_SOURCE_BYTES = 1024
MAX_PARTITIONKEY_BYTES = 256
MAX_TYPE_BYTES = 255
MAX_SUBJECT_BYTES = 1024
MAX_OTHER_BYTES = 4096
MAX_TIME_BYTES = 64
MAX_MEDIA_TYPE_BYTES = 255
MAX_NAME = 64
MAX_EXTENSIONS = 64
MAX_TOTAL_BYTES = 16384
"""Of all extensions, names and values."""

RESERVED = frozenset(
    {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data", "data_base64"}
)

_NAME = re.compile(r"[a-z0-9]+")
_FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
    + "]"
)
_TIME = re.compile(
    r"(?P<date>[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))[Tt]"
    r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105
_MEDIA_TYPE = re.compile(
    rf'({_TOKEN})/({_TOKEN})((?:[ \t]*;[ \t]*{_TOKEN}=(?:{_TOKEN}|"(?:[^"\\\x00-\x1f\x7f]|\\[ -~])*"))*)[ \t]*'
)
_CHARSET = re.compile(rf';[ \t]*charset=(?:({_TOKEN})|"([^"]*)")', re.IGNORECASE)

_ESCAPE = "|%[0-9A-Fa-f]{2}"
_PATH = rf"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]{_ESCAPE})*+"
_FIRST_SEGMENT = rf"(?:[A-Za-z0-9\-._~!$&'()*+,;=@]{_ESCAPE})*+"
_USER = rf"(?:(?:[A-Za-z0-9\-._~!$&'()*+,;=:]{_ESCAPE})*+@)?"
_NAME_OR_IPV4 = rf"(?:[A-Za-z0-9\-._~!$&'()*+,;=]{_ESCAPE})*+"
_IP_LITERAL = r"\[(?:[0-9A-Fa-f:.]+|[vV][0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+)\]"
_AUTHORITY = rf"//{_USER}(?:{_IP_LITERAL}|{_NAME_OR_IPV4})(?::[0-9]*)?(?=[/?#]|\Z){_PATH}"
_TAIL_CHARACTERS = rf"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]{_ESCAPE})*+"
_TAIL = rf"(?:\?{_TAIL_CHARACTERS})?(?:#{_TAIL_CHARACTERS})?"
_URI = re.compile(rf"[A-Za-z][A-Za-z0-9+.\-]*:(?:{_AUTHORITY}|(?!//){_PATH}){_TAIL}")
_RELATIVE = re.compile(rf"(?:{_AUTHORITY}|(?!//){_FIRST_SEGMENT}(?:/{_PATH})?){_TAIL}")


class Attributes(Protocol):
    """What `check_attributes` reads."""

    @property
    def id(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def subject(self) -> str | None: ...
    @property
    def time(self) -> str | None: ...
    @property
    def datacontenttype(self) -> str | None: ...
    @property
    def dataschema(self) -> str | None: ...
    @property
    def extensions(self) -> Mapping[str, Extension]: ...


def check_attributes(event: Attributes) -> None:
    """Raise `EnvelopeError` for the first attribute that breaks a rule."""
    _check_text("id", event.id, MAX_ID_BYTES)
    _check_text("source", event.source, MAX_SOURCE_BYTES)
    if not is_uri_reference(event.source):
        raise EnvelopeError("/source", "bad-uri-reference", "must be a URI reference (RFC 3986)")
    _check_text("type", event.type, MAX_TYPE_BYTES)
    if event.subject is not None:
        _check_text("subject", event.subject, MAX_SUBJECT_BYTES)
    if event.time is not None:
        _check_time(event.time)
    if event.datacontenttype is not None:
        _check_media_type(event.datacontenttype)
    if event.dataschema is not None:
        _check_dataschema(event.dataschema)
    if event.extensions:
        _check_extensions(event.extensions)


@lru_cache(4096)
def is_uri_reference(text: str) -> bool:
    return (_URI.fullmatch(text) or _RELATIVE.fullmatch(text)) is not None


@lru_cache(1024)
def is_json(datacontenttype: str | None) -> bool:
    """Whether data of this type is JSON text: `*/json`, `*/*+json`, or no type at all."""
    if datacontenttype is None:
        return True
    subtype = datacontenttype.partition(";")[0].strip().lower().partition("/")[2]
    return subtype == "json" or subtype.endswith("+json")


@lru_cache(1024)
def charset(content_type: str) -> str | None:
    """The charset parameter in lower case."""
    found = _CHARSET.search(content_type)
    return (found[1] or found[2]).lower() if found else None


@lru_cache(1024)
def is_media_type(text: str) -> bool:
    return _MEDIA_TYPE.fullmatch(text) is not None


def _check_text(name: str, value: object, limit: int) -> None:
    if type(value) is not str:
        if value is None:
            raise EnvelopeError(f"/{name}", "missing", "is required")
        raise EnvelopeError(f"/{name}", "not-a-string", "must be a string")
    if not value:
        raise EnvelopeError(f"/{name}", "empty", "must not be empty")
    _check_characters(name, value, limit)


def _check_characters(name: str, value: str, limit: int) -> None:
    # Every character of a printable text is allowed, not every allowed one is printable.
    if not value.isprintable() and _FORBIDDEN.search(value):
        raise EnvelopeError(f"/{name}", "forbidden-character", "has a control character, noncharacter or surrogate")
    if len(value) > limit or (not value.isascii() and len(value.encode()) > limit):
        raise EnvelopeError(f"/{name}", "too-long", f"is longer than {limit} bytes")


def _check_time(value: str) -> None:
    _check_text("time", value, MAX_TIME_BYTES)
    match = _TIME.fullmatch(value)
    if match is None or not _is_date(match["date"]):
        raise EnvelopeError("/time", "bad-time", "must be an RFC 3339 timestamp with seconds and offset")


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _check_media_type(value: str) -> None:
    _check_text("datacontenttype", value, MAX_MEDIA_TYPE_BYTES)
    if not is_media_type(value):
        raise EnvelopeError("/datacontenttype", "bad-media-type", "must be a media type (RFC 2046)")


def _check_dataschema(value: str) -> None:
    _check_text("dataschema", value, MAX_OTHER_BYTES)
    if _URI.fullmatch(value) is None:
        raise EnvelopeError("/dataschema", "bad-uri", "must be a URI with a scheme (RFC 3986)")


def _check_extensions(extensions: Mapping[str, Extension]) -> None:
    if len(extensions) > MAX_EXTENSIONS:
        raise EnvelopeError("", "too-many-extensions", f"has more than {MAX_EXTENSIONS} extension attributes")
    total = 0
    for name, value in extensions.items():
        check_name(name)
        total += len(name) + _check_extension(name, value)
    if total > MAX_TOTAL_BYTES:
        raise EnvelopeError("", "attributes-too-large", f"extension attributes exceed {MAX_TOTAL_BYTES} bytes together")


def check_name(name: str) -> None:
    if type(name) is not str or name in RESERVED:
        raise EnvelopeError(f"/{name}", "reserved-name", "is not the name of an extension attribute")
    if not _NAME.fullmatch(name) or len(name) > MAX_NAME:
        reason = f"attribute names are 1 to {MAX_NAME} lower-case ASCII letters or digits"
        raise EnvelopeError("/" + name.replace("~", "~0").replace("/", "~1"), "bad-name", reason)


def _check_extension(name: str, value: object) -> int:
    """Return the size in bytes."""
    if name == "partitionkey":
        _check_text(name, value, MAX_PARTITIONKEY_BYTES)
    if type(value) is str:
        _check_characters(name, value, MAX_OTHER_BYTES)
        return len(value) if value.isascii() else len(value.encode())
    if type(value) is not bool and type(value) is not int:
        raise EnvelopeError(f"/{name}", "bad-type", "must be a string, a boolean or a 32-bit integer")
    if not -(2**31) <= value < 2**31:
        raise EnvelopeError(f"/{name}", "out-of-range", "must be within the range of a 32-bit integer")
    return 11
