"""Three values at one place."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from events.envelope.json_text import escape
from events.schemas.merging.conflict import Conflict
from events.schemas.merging.kinds import Kind
from events.schemas.merging.values import ABSENT, Value, is_same

Json = Any


class Three(NamedTuple):
    """What base, ours and theirs have at a place."""

    base: Value
    ours: Value
    theirs: Value

    def each(self, act: Callable[[Value], Value]) -> "Three":
        return Three(act(self.base), act(self.ours), act(self.theirs))

    def member(self, name: str) -> "Three":
        return self.each(lambda value: value.get(name, ABSENT) if isinstance(value, dict) else ABSENT)

    def among(self, keywords: tuple[str, ...]) -> "Three":
        """Of three schemas only these keywords."""
        return self.each(lambda value: {name: value[name] for name in keywords if name in value})

    def are(self, *types: type) -> bool:
        """Whether all that are there are of these types."""
        return all(value is ABSENT or isinstance(value, types) for value in self)

    def with_default(self, default: Json) -> "Three":
        return self.each(lambda value: default if value is ABSENT else value)

    def settled(self) -> tuple[Value] | None:
        """What to take where at most one side changed something, or both did the same."""
        if is_same(self.ours, self.theirs) or is_same(self.base, self.theirs):
            return (self.ours,)
        return (self.theirs,) if is_same(self.base, self.ours) else None


class Place(NamedTuple):
    """Where it is. `widens`: whether a looser schema here makes the whole looser."""

    path: str = ""
    widens: bool = True

    def under(self, key: str | int, *, widens: bool = True) -> "Place":
        return Place(f"{self.path}/{escape(str(key))}", self.widens and widens)


class Conflicts:
    """The conflicts found so far."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Kind], Conflict] = {}

    def add(self, path: str, kind: Kind, three: Three, chosen: Value, detail: str = "") -> Value:
        """Note a conflict and return what was chosen."""
        self._found[path, kind] = Conflict(path, kind, *three, chosen=chosen, detail=detail)
        return chosen

    def keep_ours(self, path: str, kind: Kind, three: Three) -> Value:
        return self.add(path, kind, three, three.ours)

    def both_changed(self, path: str, three: Three) -> Value:
        """A constraint that nothing can be said about but that both changed it."""
        kind = Kind.ADDED_DIFFERENTLY if three.base is ABSENT else Kind.CHANGED_DIFFERENTLY
        if ABSENT in (three.ours, three.theirs):
            kind = Kind.REMOVED_AND_CHANGED
        return self.keep_ours(path, kind, three)

    def restate(self, path: str, three: Three, chosen: Value) -> None:
        """Say of a conflict what the sides really have, where it was found with defaults filled in."""
        for at, conflict in self._found.items():
            if at[0] == path:
                self._found[at] = replace(
                    conflict, base=three.base, ours=three.ours, theirs=three.theirs, chosen=chosen
                )

    def all(self) -> tuple[Conflict, ...]:
        return tuple(self._found.values())
