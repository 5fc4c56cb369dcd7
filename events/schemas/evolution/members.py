"""Steps that give, take and rename members of objects."""

from dataclasses import dataclass
from typing import Any

from events.schemas.evolution.errors import MigrationError
from events.schemas.evolution.pointer import Pointer, below, object_at
from events.schemas.evolution.room import Room

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class SetDefault:
    """The member gets a value where it is missing. Its object must be there, or nothing happens."""

    path: Pointer
    value: Any

    def apply(self, data: Any, room: Room) -> Any:
        def change(members: dict[str, Any], place: str) -> dict[str, Any]:
            if self.path.name in members:
                return members
            return {**members, self.path.name: room.put(place, self.value)}

        return self.path.parent.change_objects(data, change)


@dataclass(frozen=True, slots=True)
class Constant:
    """The member gets a value, whatever it was before."""

    path: Pointer
    value: Any

    def apply(self, data: Any, room: Room) -> Any:
        def change(members: dict[str, Any], place: str) -> dict[str, Any]:
            return {**members, self.path.name: room.put(place, self.value)}

        return self.path.parent.change_objects(data, change)


@dataclass(frozen=True, slots=True)
class Remove:
    path: Pointer

    def apply(self, data: Any, room: Room) -> Any:
        return self.path.parent.change_objects(data, lambda members, _: without(members, self.path.name))


@dataclass(frozen=True, slots=True)
class Rename:
    """The member keeps its value and its turn among the others. A member that is missing is no error."""

    path: Pointer
    to: str
    overwrite: bool

    def apply(self, data: Any, room: Room) -> Any:
        return self.path.parent.change_objects(data, self._renamed)

    def _renamed(self, members: dict[str, Any], place: str) -> dict[str, Any]:
        name = self.path.name
        if name not in members or name == self.to:
            return members
        refuse_existing(members, place, self.to, self.overwrite)
        kept = without(members, self.to)
        return {self.to if key == name else key: value for key, value in kept.items()}


@dataclass(frozen=True, slots=True)
class Move:
    """The member goes elsewhere, within its item of an array if `path` has one. Objects on the way are made."""

    path: Pointer
    to: Pointer
    overwrite: bool

    def apply(self, data: Any, room: Room) -> Any:
        item, within = self.path.split_at_last_item()
        target = Pointer(self.to.tokens[len(item.tokens) :])

        def change(one: Any, place: str) -> Any:
            return self._moved(one, within, target, place, room)

        return item.change(data, change)

    def _moved(self, value: Any, within: Pointer, target: Pointer, place: str, room: Room) -> Any:
        found: list[Any] = []

        def take(members: dict[str, Any], _: str) -> dict[str, Any]:
            found.append(members.get(within.name, _ABSENT))
            return without(members, within.name)

        left = within.parent.change_objects(value, take)
        if not found or found[0] is _ABSENT or within == target:
            return value
        room.take(place, sum(map(len, target.tokens)))
        return self._put(left, target.tokens, found[0], place)

    def _put(self, value: Any, tokens: tuple[str, ...], moved: Any, place: str) -> dict[str, Any]:
        members = object_at({} if value is None else value, place)
        name, ahead = tokens[0], tokens[1:]
        if ahead:
            return {**members, name: self._put(members.get(name), ahead, moved, below(place, name))}
        refuse_existing(members, place, name, self.overwrite)
        return {**members, name: moved}


def without(members: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in members.items() if key != name}


def refuse_existing(members: dict[str, Any], place: str, name: str, overwrite: bool) -> None:
    if name in members and not overwrite:
        raise MigrationError(below(place, name), "exists", "is there already, and would be lost")
