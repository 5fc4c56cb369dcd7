"""Which names may be said of a value: those that its schema knows. Others may be personal data."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from events.envelope.json_text import escape
from events.schemas.documents.keywords import every_schema

UNSAID = "*"
# The validator tells a member whose name is a number as it tells an index; no array here is so long.
LARGEST_INDEX = 999_999


@dataclass(frozen=True, slots=True)
class Naming:
    """`known` is None where every name may be said."""

    known: frozenset[str] | None

    @classmethod
    def of(cls, schema: Any) -> "Naming":
        return cls(frozenset(name for _, one in every_schema(schema) for name in _names(one)))

    @classmethod
    def everything(cls) -> "Naming":
        return cls(None)

    def knows(self, name: str) -> bool:
        return self.known is None or name in self.known

    def pointer(self, path: Iterable[str | int]) -> str:
        """A JSON Pointer, in which `*` stands for each member that the schema does not name."""
        return "".join(f"/{self._token(token)}" for token in path)

    def _token(self, token: str | int) -> str:
        if isinstance(token, int):
            return str(token) if token <= LARGEST_INDEX else UNSAID
        return escape(token) if self.knows(token) else UNSAID


def _names(schema: Any) -> Iterator[str]:
    if not isinstance(schema, dict):
        return
    for keyword in ("properties", "dependencies", "dependentSchemas", "dependentRequired"):
        if isinstance(members := schema.get(keyword), dict):
            yield from members
    for keyword in ("dependencies", "dependentRequired"):
        if isinstance(members := schema.get(keyword), dict):
            yield from (name for names in members.values() if isinstance(names, list) for name in names)
    if isinstance(required := schema.get("required"), list):
        yield from required
