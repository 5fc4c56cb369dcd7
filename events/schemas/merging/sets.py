"""Arrays whose order says nothing: names, types, values. What one side added is added, what one removed is removed."""

from collections.abc import Mapping, Sequence
from typing import Any

from events.schemas.merging.kinds import Kind
from events.schemas.merging.three import Conflicts, Place, Three
from events.schemas.merging.values import ABSENT, Value, content_key

Json = Any
Keyed = Mapping[str, Json]


def merge_names(place: Place, three: Three, conflicts: Conflicts) -> Value:
    """`required`, or what a dependency requires."""
    if not three.are(list):
        return conflicts.both_changed(place.path, three)
    merged = three_way(*map(_keyed, three.with_default([])))
    return merged or ABSENT


def merge_examples(place: Place, three: Three, conflicts: Conflicts) -> Value:
    if not three.are(list):
        return conflicts.keep_ours(place.path, Kind.ANNOTATION_CHANGED, three)
    return three_way(*map(_keyed, three.with_default([]))) or ABSENT


def merge_enum(place: Place, three: Three, conflicts: Conflicts) -> Value:
    if not place.widens or not three.are(list):
        return conflicts.both_changed(place.path, three)
    if ABSENT in (three.ours, three.theirs):
        return _lifted(place, three, conflicts)
    base, ours, theirs = map(_keyed, three.with_default([]))
    merged = three_way(base, ours, theirs)
    if not merged:
        return conflicts.keep_ours(place.path, Kind.NOTHING_LEFT, three)
    covers = set(map(content_key, merged)) >= {*ours, *theirs}
    return conflicts.add(place.path, Kind.ENUM_UNION if covers else Kind.ENUM_MERGED, three, merged)


def _lifted(place: Place, three: Three, conflicts: Conflicts) -> Value:
    """One side has a set no more: so has the merge if the other side only widened it."""
    left = three.theirs if three.ours is ABSENT else three.ours
    if set(_keyed(left)) >= set(_keyed(three.base)):
        return conflicts.add(place.path, Kind.LIFTED, three, ABSENT)
    return conflicts.both_changed(place.path, three)


def three_way(base: Keyed, ours: Keyed, theirs: Keyed) -> list[Json]:
    """In the order of ours, then what theirs added."""
    kept = [value for key, value in ours.items() if key in theirs or key not in base]
    return kept + [value for key, value in theirs.items() if key not in ours and key not in base]


def _keyed(values: Sequence[Json]) -> dict[str, Json]:
    return {content_key(value): value for value in values}
