"""The event types of an Ontology Management System, as the files beside this module describe them.

`definitions/*.json` hold what schemas have in common, by name; `types/*.json` a resource each, with its operations.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from events.catalogue.assemble import assemble

Json = Any

PREFIX = "com.foundry.oms"
FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class CatalogueType:
    """An event type and the newest version of its schema, whole in itself. `example` is data that is valid."""

    name: str
    category: str
    owner: str
    description: str
    criticality: str
    data_version: str
    version: str
    schema: dict[str, Json]

    @property
    def example(self) -> Json:
        return self.schema["examples"][0]

    @property
    def text(self) -> str:
        """The schema as people read it."""
        return json.dumps(self.schema, indent=2, ensure_ascii=False)


@cache
def catalogue() -> tuple[CatalogueType, ...]:
    """All types, in the order of their names."""
    found = (one for path in _files("types") for one in _of_resource(_read(path)))
    return tuple(sorted(found, key=lambda one: one.name))


@cache
def definitions() -> dict[str, Json]:
    """All definitions by name. Raises ValueError where two files define the same."""
    found: dict[str, Json] = {}
    for path in _files("definitions"):
        read = _read(path)
        if twice := found.keys() & read.keys():
            raise ValueError(f"{path.name} defines again: {', '.join(sorted(twice))}")
        found |= read
    return found


def _of_resource(file: Json) -> Iterator[CatalogueType]:
    for operation, entry in file["operations"].items():
        name = f"{PREFIX}.{file['resource']}.{operation}"
        yield CatalogueType(
            name=name,
            category=file["category"],
            owner=file["owner"],
            description=entry["description"],
            criticality=entry["criticality"],
            data_version=entry.get("data_version", "read"),
            version=entry["version"],
            schema=assemble(name, entry, definitions()),
        )


def _files(folder: str) -> list[Path]:
    return sorted((FOLDER / folder).glob("*.json"))


def _read(path: Path) -> Json:
    return json.loads(path.read_text(encoding="utf-8"))
