"""Schemas from a command line: two files, or one to be compared with what is active."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from events.models import SchemaVersion
from events.schemas.documents.document import MAX_BYTES, parse_schema_text
from events.schemas.documents.errors import Problem, SchemaError
from events.schemas.registry.read import schema_of

STDIN = "-"


class GivenError(ValueError):
    """The words of the command line name no two schemas."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Two schemas, and what to call them."""

    names: tuple[str, str]
    old: Any
    new: Any


def sides_of(files: list[str], against: str | None) -> Sides:
    """Raises GivenError, OSError, and SchemaError whose places begin with the name of the file."""
    if len(files) != (2 if against is None else 1):
        raise GivenError("give two files, OLD and NEW, or one file with --against TYPE")
    if against is None:
        old, new = files
        return Sides((old, new), _read(old), _read(new))
    version = _active(against)
    return Sides((f"{against} {version.version}", files[0]), schema_of(version), _read(files[0]))


def _active(name: str) -> SchemaVersion:
    versions = SchemaVersion.objects.filter(event_type__name=name, status=SchemaVersion.Status.ACTIVE)
    found = versions.select_related("event_type").first()
    if found is None:
        raise GivenError(f"{name} has no active version")
    return found


def _read(name: str) -> Any:
    try:
        return parse_schema_text(_text(name)).schema
    except SchemaError as error:
        raise SchemaError(Problem(f"{name}#{place}", message) for place, message in error.problems) from error


def _text(name: str) -> bytes:
    if name == STDIN:
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with Path(name).open("rb") as file:
        return file.read(MAX_BYTES + 1)
