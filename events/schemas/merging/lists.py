"""Arrays of schemas: alternatives, told apart by content, and positions."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from events.schemas.merging.kinds import Kind
from events.schemas.merging.three import Conflicts, Place, Three
from events.schemas.merging.values import ABSENT, Value, content_key

Json = Any
MergeSchema = Callable[[Place, Three], Value]
# What both sides adding alternatives where base has them means; for allOf all hold, and nothing needs to be said.
ADDED_TO = {"anyOf": None, "allOf": None, "oneOf": Kind.ALTERNATIVES_ADDED}
ADDED_AT_ALL = {"allOf": Kind.ADDED_BY_BOTH, "anyOf": Kind.ALTERNATIVES_UNION}


class Matched(NamedTuple):
    """One side's schemas: the index in base that each goes back to, None for those that are new."""

    origins: list[int | None]
    schemas: list[Json]

    def versions(self) -> dict[int | None, Json]:
        return dict(zip(self.origins, self.schemas, strict=True))

    def added(self) -> list[Json]:
        return [schema for origin, schema in zip(self.origins, self.schemas, strict=True) if origin is None]


def merge_alternatives(
    keyword: str, place: Place, three: Three, conflicts: Conflicts, merge_schema: MergeSchema
) -> Value:
    """`allOf`, `anyOf`, `oneOf`: schemas that one added are added, that one removed removed, in the order of ours."""
    if not three.are(list) or ABSENT in (three.ours, three.theirs) or _counts(keyword, three):
        return conflicts.both_changed(place.path, three)
    if three.base is ABSENT:
        return _added_by_both(keyword, place, three, conflicts)
    ours, theirs = _matched(three.base, three.ours), _matched(three.base, three.theirs)
    our_versions, their_versions = ours.versions(), theirs.versions()
    merged = [
        merge_schema(
            place.under(index), Three(base, our_versions.get(index, ABSENT), their_versions.get(index, ABSENT))
        )
        for index, base in enumerate(three.base)
    ]
    kept = [s if origin is None else merged[origin] for origin, s in zip(ours.origins, ours.schemas, strict=True)]
    result = _united((schema for schema in kept if schema is not ABSENT), theirs.added())
    return _told(keyword, place, three, bool(ours.added() and theirs.added()), result, conflicts)


def merge_positions(place: Place, three: Three, conflicts: Conflicts, merge_schema: MergeSchema) -> Value:
    """`prefixItems`, and `items` as an array: each place for itself."""
    if not three.are(list) or ABSENT in (three.ours, three.theirs):
        return conflicts.both_changed(place.path, three)
    lists = three.with_default([])
    merged = [
        merge_schema(place.under(index), lists.each(lambda schemas, at=index: _at(schemas, at)))  # type: ignore[misc]
        for index in range(max(map(len, lists)))
    ]
    result = [schema for schema in merged if schema is not ABSENT]
    if any(schema is ABSENT for schema in merged[: len(result)]):
        return conflicts.keep_ours(place.path, Kind.POSITIONS_MOVED, three)
    return result or ABSENT


def _at(schemas: list[Json], index: int) -> Value:
    return schemas[index] if index < len(schemas) else ABSENT


def _matched(base: list[Json], side: list[Json]) -> Matched:
    """By content; what is left goes back to what is left in base, in order, unless schemas were removed."""
    waiting: dict[str, list[int]] = {}
    for index, schema in enumerate(base):
        waiting.setdefault(content_key(schema), []).append(index)
    origins: list[int | None] = []
    for schema in side:
        same = waiting.get(content_key(schema))
        origins.append(same.pop(0) if same else None)
    left = sorted(index for indexes in waiting.values() for index in indexes)
    if len(side) >= len(base):
        unknown = [position for position, origin in enumerate(origins) if origin is None]
        for position, index in zip(unknown, left, strict=False):
            origins[position] = index
    return Matched(origins, side)


def _united(ours: Iterable[Json], theirs: Iterable[Json]) -> list[Json]:
    """Each once."""
    distinct: dict[str, Json] = {}
    for schema in (*ours, *theirs):
        distinct.setdefault(content_key(schema), schema)
    return list(distinct.values())


def _counts(keyword: str, three: Three) -> bool:
    """Whether it matters that a schema is there twice: to `oneOf`, then none of the two is the one."""
    return keyword == "oneOf" and any(len(_united(side, ())) < len(side) for side in three if side is not ABSENT)


def _added_by_both(keyword: str, place: Place, three: Three, conflicts: Conflicts) -> Value:
    kind = ADDED_AT_ALL.get(keyword)
    if kind is None or not place.widens:
        return conflicts.both_changed(place.path, three)
    return conflicts.add(place.path, kind, three, _united(three.ours, three.theirs))


def _told(
    keyword: str, place: Place, three: Three, both_added: bool, result: list[Json], conflicts: Conflicts
) -> Value:
    kind = ADDED_TO[keyword]
    if kind is not None and both_added:
        conflicts.add(place.path, kind, three, result)
    if result or keyword == "allOf":
        return result or ABSENT
    return conflicts.keep_ours(place.path, Kind.NOTHING_LEFT, three)
