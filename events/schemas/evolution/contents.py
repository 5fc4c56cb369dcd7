"""Steps that change what members hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from events.schemas.evolution.casting import CASTS, CastError
from events.schemas.evolution.errors import MigrationError
from events.schemas.evolution.members import refuse_existing, without
from events.schemas.evolution.pointer import Pointer, below
from events.schemas.evolution.room import Room

NO_OTHERWISE = object()


@dataclass(frozen=True, slots=True)
class Cast:
    """The value in another type, where it has an exact counterpart there. Null stays null."""

    path: Pointer
    to: str

    def apply(self, data: Any, room: Room) -> Any:
        return self.path.change(data, self._cast)

    def _cast(self, value: Any, place: str) -> Any:
        try:
            return None if value is None else CASTS[self.to](value)
        except CastError as error:
            raise MigrationError(place, "no-cast", f"{error}, so it is not cast to {self.to}") from None


@dataclass(frozen=True, slots=True)
class MapValues:
    """A string becomes what it is mapped to, any other value `otherwise`, if that is given."""

    path: Pointer
    values: Mapping[str, Any]
    otherwise: Any = NO_OTHERWISE

    def apply(self, data: Any, room: Room) -> Any:
        def change(value: Any, place: str) -> Any:
            mapped = self._mapped(value)
            return value if mapped is value else room.put(place, mapped)

        return self.path.change(data, change)

    def _mapped(self, value: Any) -> Any:
        if isinstance(value, str) and value in self.values:
            return self.values[value]
        return value if self.otherwise is NO_OTHERWISE else self.otherwise


@dataclass(frozen=True, slots=True)
class Split:
    """A string becomes members of its object, one for each part; the last takes what is left. It is removed."""

    path: Pointer
    separator: str
    into: tuple[str, ...]
    overwrite: bool

    def apply(self, data: Any, room: Room) -> Any:
        return self.path.parent.change_objects(data, self._split)

    def _split(self, members: dict[str, Any], place: str) -> dict[str, Any]:
        name = self.path.name
        if members.get(name) is None:
            return members
        kept = without(members, name)
        for one in self.into:
            refuse_existing(kept, place, one, self.overwrite)
        text = string_at(members, place, name)
        parts = text.split(self.separator, len(self.into) - 1)
        if len(parts) < len(self.into):
            raise MigrationError(below(place, name), "too-few-parts", f"has less than {len(self.into)} parts")
        return {**kept, **dict(zip(self.into, parts, strict=True))}


@dataclass(frozen=True, slots=True)
class Join:
    """Strings that are members of one object become one; they are removed. All must be there, or none."""

    path: Pointer
    separator: str
    names: tuple[str, ...]
    overwrite: bool

    def apply(self, data: Any, room: Room) -> Any:
        def change(members: dict[str, Any], place: str) -> dict[str, Any]:
            if not any(name in members for name in self.names):
                return members
            room.take(place, len(self.separator) * len(self.names))
            return self._joined(members, place)

        return self.path.parent.change_objects(data, change)

    def _joined(self, members: dict[str, Any], place: str) -> dict[str, Any]:
        text = self.separator.join(string_at(members, place, name) for name in self.names)
        kept = {key: value for key, value in members.items() if key not in self.names}
        refuse_existing(kept, place, self.path.name, self.overwrite)
        return {**kept, self.path.name: text}


def string_at(members: dict[str, Any], place: str, name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str):
        raise MigrationError(below(place, name), "no-string", "must be a string")
    return value
