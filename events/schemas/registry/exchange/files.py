"""The registry as files: a folder for each event type, with `type.json` and a file for the schema of each version."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from events.envelope.errors import EnvelopeError
from events.envelope.json_text import parse_json
from events.schemas.documents.limits import MAX_DEPTH
from events.schemas.registry.proposal import parse_number

FORMAT = 1
ABOUT = "type.json"
MAX_BYTES = 4 * 1024 * 1024
LONGEST_NAME = 150
AROUND = 8


class FileError(ValueError):
    """A file is not as an export writes it: `place` names it, with a JSON Pointer into it."""

    def __init__(self, place: str, message: str) -> None:
        self.place = place
        super().__init__(f"{place}: {message}")


@dataclass(frozen=True, slots=True)
class TypeFolder:
    """Where one event type is kept."""

    path: Path

    @property
    def about(self) -> Path:
        return self.path / ABOUT

    def schema(self, number: str) -> Path:
        """Raises FileError for what is no number: it would name a file elsewhere."""
        try:
            parse_number(number)
        except ValueError as error:
            raise FileError(f"{self.about}#/versions", str(error)) from error
        return self.path / f"{number}.json"


def folder_of(root: Path, name: str) -> TypeFolder:
    """The folder of a type. Its name is for people: what the type is called is in the file."""
    safe = quote(name, safe="")
    if safe.startswith("."):
        safe = f"%2E{safe[1:]}"
    if len(safe) > LONGEST_NAME:
        safe = f"{safe[:LONGEST_NAME]}-{sha256(name.encode()).hexdigest()[:12]}"
    return TypeFolder(root / safe)


def folders_in(root: Path) -> Iterator[TypeFolder]:
    """The types below a folder, in one order. Raises FileError where there are none."""
    found = sorted(path.parent for path in root.glob(f"*/{ABOUT}"))
    if not found:
        raise FileError(str(root), f"no folder in it holds a {ABOUT}: export writes such folders")
    yield from map(TypeFolder, found)


def read_json(path: Path) -> Any:
    """Raises FileError for a file that cannot be read, is too large or is no strict JSON."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileError(str(path), error.strerror or "cannot be read") from error
    if len(text) > MAX_BYTES:
        raise FileError(str(path), f"larger than {MAX_BYTES} bytes")
    try:
        return parse_json(text, MAX_DEPTH + AROUND)
    except EnvelopeError as error:
        raise FileError(f"{path}#{error.pointer}", error.reason) from error
