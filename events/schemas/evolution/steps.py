"""A migration: steps that turn data of one version into data of another. Written as data, read strictly."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from events.schemas.documents.errors import Problem, SchemaError
from events.schemas.documents.limits import check_limits
from events.schemas.evolution.casting import CASTS
from events.schemas.evolution.contents import NO_OTHERWISE, Cast, Join, MapValues, Split
from events.schemas.evolution.errors import MigrationError
from events.schemas.evolution.fields import Fields, Reader
from events.schemas.evolution.members import Constant, Move, Remove, Rename, SetDefault
from events.schemas.evolution.room import Room

MAX_STEPS = 200


class Step(Protocol):
    def apply(self, data: Any, room: Room) -> Any:
        """A new value. Raises MigrationError; changes nothing in what it is given."""
        ...


@dataclass(frozen=True, slots=True)
class Migration:
    """Its steps, one after the other."""

    steps: tuple[Step, ...]

    def apply(self, data: Any) -> Any:
        """The migrated value, which may share parts with `data`. Raises MigrationError and nothing else."""
        room = Room()
        for number, step in enumerate(self.steps):
            try:
                data = step.apply(data, room)
            except MigrationError as error:
                error.step = number
                raise
        return data


def parse_steps(steps: Any) -> Migration:
    """Raises SchemaError with the first problems of every step: `/0/path` is a place in the first."""
    check_limits(steps, "a migration")
    if not isinstance(steps, list):
        raise SchemaError([("", "a migration is a list of steps")])
    if len(steps) > MAX_STEPS:
        raise SchemaError([("", f"a migration has at most {MAX_STEPS} steps, this has {len(steps)}")])
    made: list[Step] = []
    problems: list[Problem] = []
    for number, step in enumerate(steps):
        try:
            made.append(_parsed(step, f"/{number}"))
        except SchemaError as error:
            problems += error.problems
    if problems:
        raise SchemaError(problems)
    return Migration(tuple(made))


def _parsed(step: Any, place: str) -> Step:
    if not isinstance(step, dict):
        raise SchemaError([(place, "a step is an object")])
    reader = READERS.get(step["op"]) if isinstance(step.get("op"), str) else None
    if reader is None:
        raise SchemaError([(f"{place}/op", f"must be one of {', '.join(READERS)}")])
    fields = Fields(step, place)
    made: Step = reader(fields)
    fields.finish()
    return made


def _move(fields: Fields) -> Move:
    path, to = fields.member(), fields.member("to")
    items, within = path.split_at_last_item()
    other_items, target = to.split_at_last_item()
    if items != other_items:
        fields.refuse("to", "must have the same * as path, as an item's member stays within its item")
    if target.tokens[: len(within.tokens)] == within.tokens and target != within:
        fields.refuse("to", "is within what is moved")
    return Move(path, to, fields.flag("overwrite"))


def _cast(fields: Fields) -> Cast:
    to = fields.text("to")
    if fields.has("to") and to not in CASTS:
        fields.refuse("to", f"must be one of {', '.join(CASTS)}")
    return Cast(fields.pointer(), to)


def _map_values(fields: Fields) -> MapValues:
    values = fields.any("values")
    if fields.has("values") and not (isinstance(values, dict) and values):
        fields.refuse("values", "must be an object: by each old value the new one")
    otherwise = fields.any("otherwise") if fields.has("otherwise") else NO_OTHERWISE
    return MapValues(fields.pointer(), values if isinstance(values, dict) else {}, otherwise)


READERS: Mapping[str, Reader] = {
    "set_default": lambda fields: SetDefault(fields.member(), fields.any("value")),
    "constant": lambda fields: Constant(fields.member(), fields.any("value")),
    "rename": lambda fields: Rename(fields.member(), fields.text("to"), fields.flag("overwrite")),
    "move": _move,
    "remove": lambda fields: Remove(fields.member()),
    "cast": _cast,
    "map_values": _map_values,
    "split": lambda fields: Split(
        fields.member(), fields.text("separator"), fields.names("into"), fields.flag("overwrite")
    ),
    "join": lambda fields: Join(
        fields.member(), fields.text("separator", empty=True), fields.names("from"), fields.flag("overwrite")
    ),
}
