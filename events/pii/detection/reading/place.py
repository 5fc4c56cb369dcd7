"""Places in an event: cheap to make for every leaf, written out as a JSON Pointer only for a finding."""

from typing import TypeAlias

from events.pii.detection.kinds import Kind
from events.pii.detection.names.known import KNOWN, name_of

# The parent's place and the key or index there; None is the event itself.
Place: TypeAlias = tuple["Place", "str | int"] | None


def keys_of(place: Place) -> list[str | int]:
    keys = []
    while place is not None:
        place, key = place
        keys.append(key)
    return keys[::-1]


def pointer(place: Place) -> str:
    """RFC 6901."""
    around, path, steps = place, "", 0
    while around is not None:
        around, key = around
        path = f"/{key}{path}"
        steps += 1
    return path if path.count("/") == steps and "~" not in path else written(keys_of(place))


def written(keys: list[str | int]) -> str:
    """A pointer made of its keys."""
    return "".join([f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in keys])


def kind_at(place: Place) -> Kind | None:
    """What the name of the field itself says that stands there."""
    while place is not None:
        place, key = place
        if type(key) is str:
            return (KNOWN.get(key) or name_of(key)).kind
    return None


def hints_along(place: Place) -> int:
    """What the names on the way to a place hint at."""
    hints = 0
    while place is not None:
        place, key = place
        if type(key) is str:
            hints |= (KNOWN.get(key) or name_of(key)).hints
    return hints
