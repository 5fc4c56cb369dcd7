"""Read the members of a step strictly."""

from collections.abc import Callable, Iterator
from typing import Any

from events.envelope.json_text import escape
from events.schemas.documents.errors import Problem, SchemaError
from events.schemas.evolution.pointer import EACH, Pointer

MAX_NAME = 256
MAX_NAMES = 100
NO_STRING = "must be a string"


class Fields:
    """The members of one step, each read once; what is left unread at the end is unknown."""

    def __init__(self, step: dict[str, Any], place: str) -> None:
        self._step = step
        self._place = place
        self._read = {"op"}
        self.problems: list[Problem] = []

    def has(self, name: str) -> bool:
        return name in self._step

    def any(self, name: str) -> Any:
        self._read.add(name)
        if name not in self._step:
            self.refuse("", f"must have the member {name}")
        return self._step.get(name)

    def flag(self, name: str) -> bool:
        self._read.add(name)
        value = self._step.get(name, False)
        if not isinstance(value, bool):
            self.refuse(name, "must be true or false")
        return bool(value)

    def text(self, name: str, *, empty: bool = False) -> str:
        value = self.any(name)
        if name in self._step and not (isinstance(value, str) and (value or empty) and len(value) <= MAX_NAME):
            self.refuse(name, f"must be a string of {0 if empty else 1} to {MAX_NAME} characters")
        return str(value)

    def names(self, name: str) -> tuple[str, ...]:
        value = self.any(name)
        known = isinstance(value, list) and all(isinstance(one, str) for one in value)
        if name in self._step and not (known and 2 <= len(value) <= MAX_NAMES and len(set(value)) == len(value)):
            self.refuse(name, f"must be a list of 2 to {MAX_NAMES} different names")
        return tuple(value) if known else ()

    def member(self, name: str = "path") -> Pointer:
        """A pointer to a member of an object."""
        pointer = self.pointer(name)
        if name in self._step and (not pointer.tokens or pointer.name == EACH):
            self.refuse(name, "must lead to a member of an object")
            return Pointer(("",))
        return pointer

    def pointer(self, name: str = "path") -> Pointer:
        value = self.any(name)
        try:
            return Pointer.parse(value) if isinstance(value, str) else self._no_pointer(name)
        except ValueError as error:
            self.refuse(name, str(error))
            return Pointer(("",))

    def _no_pointer(self, name: str) -> Pointer:
        if name in self._step:
            self.refuse(name, NO_STRING)
        return Pointer(("",))

    def refuse(self, name: str, message: str) -> None:
        self.problems.append(Problem(f"{self._place}/{escape(name)}" if name else self._place, message))

    def finish(self) -> None:
        """Raises SchemaError."""
        self.problems += self._unknown()
        if self.problems:
            raise SchemaError(self.problems)

    def _unknown(self) -> Iterator[Problem]:
        for name in self._step:
            if name not in self._read:
                yield Problem(f"{self._place}/{escape(name)}", "is no member of this step")


Reader = Callable[[Fields], Any]
