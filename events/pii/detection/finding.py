"""What is examined and what is found."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

from events.pii.detection.kinds import Kind

Json: TypeAlias = Any
Where: TypeAlias = Literal["value", "key", "attribute"]
By: TypeAlias = Literal["value", "name"]

NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})


class Examined(NamedTuple):
    """What of an event is looked at: its data as parsed from JSON (or text, or bytes) and its attributes by name."""

    data: Json = None
    attributes: Mapping[str, str] = NO_ATTRIBUTES


class Finding(NamedTuple):
    """Something personal, and where it stands.

    `path` is a JSON Pointer from the event (`/data/a/0`, `/subject`); `shown` is the same with `*` for each name that
    is personal itself, and is what may be stored or told. `start` and `end` count characters of the string there, of
    the decimal text if a number stands there, of the last name in `path` where `where` is `key`, and bytes where
    `wrapping` begins with `bytes`. What was found inside base64 or an escaped string is located by the whole encoded
    run. `wrapping` names the encodings from the outside in: unicode, percent, entities, escapes, base64, json, bytes.
    `also` are kinds of other things within the span, which have no finding of their own.
    """

    path: str
    start: int
    end: int
    kind: Kind
    where: Where = "value"
    by: By = "value"
    wrapping: tuple[str, ...] = ()
    also: tuple[Kind, ...] = ()
    shown: str = ""
