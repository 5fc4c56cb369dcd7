"""Which schema version an event says it is of."""

import re
from collections.abc import Iterator
from typing import Any

from events.envelope import CloudEvent
from events.schemas.admission.rulebook import KnownType

EXTENSION = "schemaversion"
DEPRECATED = "schemadeprecated"

# The version at the end of an URI: .../1.2.0, ...:1.2.0, ...#v1.2.0, .../1.2.0.json, and .../1.2.0/schema, by which
# the API serves it.
_AT_THE_END = re.compile(
    r"[/:#@=-]v?((?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z.-]+?)?(?:\+[0-9A-Za-z.-]+?)?)"
    r"(?:\.json|/schema)?$"
)
# No number is longer than 64 characters. In all of a long URI the search would begin anew at each of its parts.
_LONGEST = 80


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
    found = _at_the_end(uri)
    return uri if uri is None or found is None else uri[: found.start(1)] + number + uri[found.end(1) :]


def _names(event: CloudEvent, known: KnownType, data: Any) -> Iterator[tuple[str, str]]:
    if (found := _at_the_end(event.dataschema)) is not None:
        yield "/dataschema", found[1]
    if (extension := event.extensions.get(EXTENSION)) is not None:
        yield f"/{EXTENSION}", str(extension).removeprefix("v")
    number = data.get("version") if known.reads_data_version and type(data) is dict else None
    if known.stamps_data_version and type(number) not in (str, type(None)):
        raise NamingError("/data/version", "must be the number of a version, a string: the type sets it")
    if type(number) is str and (number in known.versions or known.stamps_data_version):
        yield "/data/version", number


def _at_the_end(uri: str | None) -> re.Match[str] | None:
    return _AT_THE_END.search(uri, max(0, len(uri) - _LONGEST)) if uri else None
