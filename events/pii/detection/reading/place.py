"""Places in an event: cheap to make for every leaf, written out as a JSON Pointer only for a finding."""

from typing import TypeAlias

from events.pii.detection.names.known import KNOWN, name_of

# The parent's place and the key or index there; None is the event itself.
Place: TypeAlias = tuple["Place", "str | int"] | None


def keys_of(place: Place) -> list[str | int]:
    keys = []
    while place is not None:
        place, key = place
        keys.append(key)
    return keys[::-1]


def pointer(keys: list[str | int]) -> str:
    """RFC 6901."""
    written = "".join([f"/{key}" for key in keys])
    if "~" in written or written.count("/") != len(keys):
        return "".join([f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in keys])
    return written


def hints_along(place: Place) -> int:
    """What the names on the way to a place hint at."""
    hints = 0
    while place is not None:
        place, key = place
        if type(key) is str:
            hints |= (KNOWN.get(key) or name_of(key)).hints
    return hints
