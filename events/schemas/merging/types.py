"""`type`, changed by both."""

from collections.abc import Iterable
from typing import Any

from events.schemas.merging.kinds import Kind
from events.schemas.merging.sets import three_way
from events.schemas.merging.three import Conflicts, Place, Three
from events.schemas.merging.values import ABSENT, Value

Json = Any


def merge_type(place: Place, three: Three, conflicts: Conflicts) -> Value:
    if not place.widens or not three.are(str, list):
        return conflicts.both_changed(place.path, three)
    types = three.each(_listed)
    if ABSENT in types[1:]:
        return _lifted(place, three, types, conflicts)
    base, ours, theirs = ({name: name for name in names} for names in types.with_default([]))
    merged = _reduced(three_way(base, ours, theirs))
    if not merged:
        return conflicts.keep_ours(place.path, Kind.NOTHING_LEFT, three)
    kind = Kind.TYPE_WIDENED if _allows(merged, {*ours, *theirs}) else Kind.TYPE_MERGED
    return conflicts.add(place.path, kind, three, merged[0] if len(merged) == 1 else merged)


def _lifted(place: Place, three: Three, types: Three, conflicts: Conflicts) -> Value:
    left = types.theirs if types.ours is ABSENT else types.ours
    if _allows(left, types.base):
        return conflicts.add(place.path, Kind.LIFTED, three, ABSENT)
    return conflicts.both_changed(place.path, three)


def _listed(value: Value) -> Value:
    return [value] if isinstance(value, str) else value


def _reduced(types: list[str]) -> list[str]:
    """Without `integer` where `number` says it already."""
    return [name for name in types if not (name == "integer" and "number" in types)]


def _allows(types: Iterable[str], others: Iterable[str]) -> bool:
    allowed = {*types}
    if "number" in allowed:
        allowed.add("integer")
    return allowed.issuperset(others)
