"""Which schema version an event says it is of."""

import re
from collections.abc import Iterator
from typing import Any

from events.envelope import CloudEvent
from events.schemas.admission.rulebook import KnownType

EXTENSION = "schemaversion"
DEPRECATED = "schemadeprecated"

# The version at the end of an URI: .../1.2.0, ...:1.2.0, ...#v1.2.0, .../1.2.0.json
_AT_THE_END = re.compile(r"[/:#@=-]v?((?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z.-]+?)?)(?:\.json)?$")


class NamingError(ValueError):
    """An event names a version that is not there, or two at once. `pointer` is the place in the event."""

    def __init__(self, pointer: str, detail: str) -> None:
        self.pointer = pointer
        self.detail = detail
        super().__init__(detail)


def named_version(event: CloudEvent, known: KnownType, data: Any) -> str | None:
    """The number of the version that the event names, None where it names none. Raises NamingError.

    An URI in `dataschema` that ends with no version is somebody else's, and so is a `data.version` that is none of
    this type's, unless the type stamps it.
    """
    found = None
    for pointer, number in _names(event, known, data):
        if number not in known.versions:
            raise NamingError(pointer, f"names a version that {known.name} does not have")
        if found is not None and found != number:
            raise NamingError(pointer, "names another version than the event names elsewhere")
        found = number
    return found


def renamed(uri: str | None, number: str) -> str | None:
    """The same URI for another version, where it ends with one."""
    found = _AT_THE_END.search(uri) if uri else None
    return uri if uri is None or found is None else uri[: found.start(1)] + number + uri[found.end(1) :]


def _names(event: CloudEvent, known: KnownType, data: Any) -> Iterator[tuple[str, str]]:
    if event.dataschema is not None and (found := _AT_THE_END.search(event.dataschema)):
        yield "/dataschema", found[1]
    if (extension := event.extensions.get(EXTENSION)) is not None:
        yield f"/{EXTENSION}", str(extension).removeprefix("v")
    number = data.get("version") if known.reads_data_version and type(data) is dict else None
    if type(number) is str and (number in known.versions or known.stamps_data_version):
        yield "/data/version", number
