"""What references lead to, as far as a merge has to know it."""

from collections import deque
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from events.envelope.json_text import escape
from events.schemas.documents.dialect import Dialect
from events.schemas.documents.keywords import every_schema
from events.schemas.documents.references import References
from events.schemas.merging.definitions import pointers, tokens
from events.schemas.merging.keywords import Holds, holds
from events.schemas.merging.kinds import Kind
from events.schemas.merging.three import Conflicts, Three
from events.schemas.merging.values import ABSENT, Value, as_text

Json = Any
NEGATING = frozenset({"not", "if", "oneOf"})


def refers(schema: Json) -> bool:
    """Whether there may be a reference; where there is none, much need not be looked for."""
    text = as_text(schema)
    return '"$ref"' in text or '"$dynamicRef"' in text


def negated_places(schema: Json, dialect: Dialect) -> frozenset[str]:
    """Places that a `not`, an `if`, a `oneOf` or a counted `contains` refers to, at first or at last hand.

    "" is among them where a reference leads to the whole document.
    """
    below: dict[str, list[str]] = {}
    for place, targets in References.of(schema, dialect).targets.items():
        for prefix in _prefixes(place):
            below.setdefault(prefix, []).extend(targets)
    found: set[str] = set()
    waiting = list(_negating(schema))
    while waiting:
        led = {target for target in below.get(waiting.pop(), ()) if target not in found}
        found |= led
        waiting.extend(led)
    return frozenset(found)


def indexed_places(schema: Json) -> frozenset[str]:
    """Places of arrays into which a pointer leads."""
    return frozenset(
        place
        for pointer in set(pointers(_references(schema)))
        for place, value in list(_along(schema, pointer))[:-1]
        if isinstance(value, list)
    )


def restore_targets(merged: Json, three: Three, conflicts: Conflicts) -> Json:
    """The merged schema with what one side removed and the other refers to put back."""
    waiting = deque(dict.fromkeys(pointers(_references(merged))))
    while waiting:
        place = _missing(merged, waiting[0])
        sides = three.each(lambda side, at=place: _value(side, at))  # type: ignore[misc]
        value = next((side for side in (sides.ours, sides.theirs, sides.base) if side is not ABSENT), ABSENT)
        if place is None or value is ABSENT:
            waiting.popleft()
            continue
        conflicts.add(place, Kind.TARGET_REMOVED, sides, value)
        merged = _with(merged, tokens(place), value)
        waiting.extend(pointers(_references(value)))
    return merged


def _prefixes(place: str) -> Iterator[str]:
    """The place and all above it."""
    first, *rest = place.split("/")
    return accumulate(rest, lambda above, token: f"{above}/{token}", initial=first)


def _negating(schema: Json) -> Iterator[str]:
    for place, one in every_schema(schema):
        if isinstance(one, dict):
            yield from (f"{place}/{keyword}" for keyword in NEGATING & one.keys())
            if "maxContains" in one:
                yield f"{place}/contains"


def _references(schema: Json) -> Iterator[str]:
    for _, one in every_schema(schema):
        if isinstance(one, dict) and isinstance(one.get("$ref"), str):
            yield one["$ref"]


def _along(schema: Json, pointer: str) -> Iterator[tuple[str, Json]]:
    """Place and value of each step that a pointer finds, the root first."""
    place = ""
    yield place, schema
    for token in tokens(pointer):
        schema = _member(schema, token)
        if schema is ABSENT:
            return
        place = f"{place}/{escape(token)}"
        yield place, schema


def _member(value: Json, token: str) -> Value:
    if isinstance(value, dict):
        return value.get(token, ABSENT)
    if isinstance(value, list) and token.isdecimal() and int(token) < len(value):
        return value[int(token)]
    return ABSENT


def _missing(schema: Json, pointer: str) -> str | None:
    """The pointer up to the first member of an object that is not there, if that is what is missing."""
    steps = pointer.split("/")
    found = list(_along(schema, pointer))
    if len(found) == len(steps) or not isinstance(found[-1][1], dict):
        return None
    # Of definitions only the one that is referred to comes back.
    named = holds(steps[len(found)]) is Holds.SCHEMAS_BY_NAME
    return "/".join(steps[: len(found) + 1 + named])


def _value(schema: Json, place: str | None) -> Value:
    if place is None:
        return ABSENT
    found = list(_along(schema, place))
    return found[-1][1] if len(found) == place.count("/") + 1 else ABSENT


def _with(schema: Json, path: list[str], value: Json) -> Json:
    """A copy with a value at a path of which all but the end is there."""
    if not path:
        return value
    head, *rest = path
    if isinstance(schema, list):
        return [_with(one, rest, value) if str(index) == head else one for index, one in enumerate(schema)]
    return {**schema, head: _with(schema.get(head, {}), rest, value)}
