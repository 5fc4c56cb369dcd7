"""Where in a value a step works: a JSON Pointer in which `*` is every item of an array."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from events.envelope.json_text import escape
from events.schemas.documents.references import unescape
from events.schemas.evolution.errors import MigrationError

EACH = "*"
MAX_TOKENS = 32
_BAD_ESCAPE = re.compile("~(?![01])")
Change = Callable[[Any, str], Any]


@dataclass(frozen=True, slots=True)
class Pointer:
    """`tokens` are names of members and `*`."""

    tokens: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "Pointer":
        """Raises ValueError."""
        if text and not text.startswith("/"):
            raise ValueError("must be a JSON Pointer, such as /name or /items/*/price")
        tokens = text.split("/")[1:]
        if any(_BAD_ESCAPE.search(token) for token in tokens):
            raise ValueError("must write ~ as ~0 and / as ~1 in names")
        if len(tokens) > MAX_TOKENS:
            raise ValueError(f"must go at most {MAX_TOKENS} levels deep")
        return cls(tuple(map(unescape, tokens)))

    @property
    def parent(self) -> "Pointer":
        return Pointer(self.tokens[:-1])

    @property
    def name(self) -> str:
        return self.tokens[-1]

    def split_at_last_item(self) -> tuple["Pointer", "Pointer"]:
        """The way to the innermost items, and the way within each."""
        at = max((index + 1 for index, token in enumerate(self.tokens) if token == EACH), default=0)
        return Pointer(self.tokens[:at]), Pointer(self.tokens[at:])

    def change(self, value: Any, change: Change) -> Any:
        """The value with what `change` makes of each thing here; shared with it where nothing changes.

        Nothing is changed where the way leads over a member that is missing or null.
        """
        return _changed(value, self.tokens, "", change)

    def change_objects(self, value: Any, change: Callable[[dict[str, Any], str], Any]) -> Any:
        """The same for objects: what else is here, null apart, is an error."""

        def of_object(one: Any, place: str) -> Any:
            return one if one is None else change(object_at(one, place), place)

        return self.change(value, of_object)


def _changed(value: Any, tokens: Sequence[str], place: str, change: Change) -> Any:
    if not tokens:
        return change(value, place)
    if value is None:
        return None
    token, ahead = tokens[0], tokens[1:]
    if token == EACH:
        if not isinstance(value, list):
            raise MigrationError(place, "no-array", "must be an array, to change its items")
        return [_changed(one, ahead, f"{place}/{index}", change) for index, one in enumerate(value)]
    members = object_at(value, place)
    if token not in members:
        return value
    return {**members, token: _changed(members[token], ahead, below(place, token), change)}


def object_at(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MigrationError(place, "no-object", "must be an object, to change its members")
    return value


def below(place: str, name: str) -> str:
    return f"{place}/{escape(name)}"
