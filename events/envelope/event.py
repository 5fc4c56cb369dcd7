"""The CloudEvent value (CloudEvents 1.0.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Extension = str | int | bool
NO_EXTENSIONS: Mapping[str, Extension] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CloudEvent:
    """One event. `data` is text (JSON text where `datacontenttype` says JSON or is absent) or, when binary, bytes."""

    id: str
    source: str
    type: str
    subject: str | None = None
    time: str | None = None
    datacontenttype: str | None = None
    dataschema: str | None = None
    extensions: Mapping[str, Extension] = field(default=NO_EXTENSIONS)
    data: str | bytes | None = None
