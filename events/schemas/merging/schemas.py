"""Schemas that both sides changed, keyword by keyword."""

from collections.abc import Callable
from typing import Any

from events.schemas.merging.clashes import settle_clashes, settle_required
from events.schemas.merging.keywords import Holds, holds
from events.schemas.merging.kinds import Kind
from events.schemas.merging.limits import merge_limit
from events.schemas.merging.lists import merge_alternatives, merge_positions
from events.schemas.merging.sets import merge_enum, merge_examples, merge_names
from events.schemas.merging.three import Conflicts, Place, Three
from events.schemas.merging.types import merge_type
from events.schemas.merging.values import ABSENT, Value, is_same

Json = Any
MergeAt = Callable[[Place, Three], Value]
SCHEMA = (dict, bool)


class SchemaMerge:
    """The merge of three schemas of one draft, whose definitions go by the same names.

    `negated` are places where a looser schema makes the whole stricter, because a `not` or its like refers to them.
    `indexed` are places whose elements something refers to by index.
    """

    def __init__(
        self, conflicts: Conflicts, *, draft_7: bool, negated: frozenset[str], indexed: frozenset[str]
    ) -> None:
        self.conflicts = conflicts
        self._draft_7 = draft_7
        self._negated = negated
        self._indexed = indexed
        self._by_shape: dict[Holds, MergeAt] = {
            Holds.SCHEMA: self._schema,
            Holds.NEGATED: self._schema,
            Holds.REST: self._rest,
            Holds.ITEMS: self._items,
            Holds.POSITIONS: self._positions,
            Holds.SCHEMAS_BY_NAME: self._by_name(Holds.SCHEMA),
            Holds.DEPENDENCIES: self._by_name(Holds.DEPENDENCIES),
            Holds.NAMES_BY_NAME: self._by_name(Holds.NAMES),
            Holds.CONST: self._const,
            Holds.CONSTRAINT: self._constraint,
            Holds.ANNOTATION: self._annotation,
        }
        self._by_value = {
            Holds.NAMES: merge_names,
            Holds.TYPE: merge_type,
            Holds.ENUM: merge_enum,
            Holds.EXAMPLES: merge_examples,
        }

    def schema(self, place: Place, three: Three) -> Value:
        """What to take for a schema that each side has, has changed or has not."""
        return self._settle(place, three, self._schema)

    def _settle(self, place: Place, three: Three, merge_at: MergeAt) -> Value:
        settled = three.settled()
        return settled[0] if settled else merge_at(place, three)

    def _schema(self, place: Place, three: Three) -> Value:
        if place.path in self._negated:
            place = place._replace(widens=False)
        if not three.are(*SCHEMA) or ABSENT in (three.ours, three.theirs):
            return self.conflicts.both_changed(place.path, three)
        # true is {}, but for how it is written.
        ours, theirs = ({} if side is True else side for side in three[1:])
        if is_same(ours, theirs):
            return ours
        if ours is False or theirs is False:
            return self._one_refuses_all(place, three)
        if three.base is False or self._refers_elsewhere(three):
            return self._whole(place, three)
        base = three.base if isinstance(three.base, dict) else {}
        merged = self._keywords(place, Three(base, ours, theirs))
        if three.base is ABSENT:
            self.conflicts.add(place.path, Kind.ADDED_BY_BOTH, three, merged)
        return merged

    def _one_refuses_all(self, place: Place, three: Three) -> Value:
        """One side is false. Where both only made it stricter, the other is the looser one."""
        if place.widens and (three.base is ABSENT or is_same(three.base, True) or three.base == {}):
            looser = three.theirs if three.ours is False else three.ours
            return self.conflicts.add(place.path, Kind.SCHEMA_LOOSENED, three, looser)
        return self.conflicts.both_changed(place.path, three)

    def _refers_elsewhere(self, three: Three) -> bool:
        """In draft 7 nothing counts beside a reference, so a schema with one is a thing by itself."""
        references = [side.get("$ref") if isinstance(side, dict) else None for side in three[1:]]
        return self._draft_7 and references[0] != references[1]

    def _whole(self, place: Place, three: Three) -> Value:
        if three.base is False:
            return self._opened(place, three)
        return self.conflicts.keep_ours(place.path, Kind.REFERENCE_CHANGED, three)

    def _opened(self, place: Place, three: Three) -> Value:
        """Base refused everything and both opened it: if one side refuses nothing, so does the merge."""
        for side in (three.ours, three.theirs):
            if place.widens and (side is True or side == {}):
                return self.conflicts.add(place.path, Kind.SCHEMA_LOOSENED, three, side)
        return self.conflicts.both_changed(place.path, three)

    def _keywords(self, place: Place, three: Three) -> dict[str, Json]:
        names = dict.fromkeys([*three.ours, *three.theirs])
        found = {name: self._keyword(name, place, three) for name in names}
        merged = {name: value for name, value in found.items() if value is not ABSENT}
        settle_clashes(place, merged, three, self.conflicts)
        settle_required(place, merged, three, self.conflicts)
        return merged

    def _keyword(self, name: str, place: Place, three: Three) -> Value:
        sides = three.member(name)
        settled = sides.settled()
        if settled:
            return settled[0]
        widens = not (holds(name) is Holds.NEGATED or name == "oneOf" or (name == "contains" and _counts(three)))
        return self._merge(holds(name), name, place.under(name, widens=widens), sides)

    def _merge(self, shape: Holds, name: str, place: Place, three: Three) -> Value:
        if shape is Holds.LIMIT:
            return merge_limit(name, place, three, self.conflicts)
        if shape is Holds.ALTERNATIVES:
            if place.path in self._indexed:
                return self.conflicts.both_changed(place.path, three)
            return merge_alternatives(name, place, three, self.conflicts, self.schema)
        by_value = self._by_value.get(shape)
        return by_value(place, three, self.conflicts) if by_value else self._by_shape[shape](place, three)

    def _rest(self, place: Place, three: Three) -> Value:
        merged = self.schema(place, three.with_default(True))
        if merged is True and ABSENT in (three.ours, three.theirs):
            merged = ABSENT
        if three.base is ABSENT and isinstance(three.ours, dict) and isinstance(three.theirs, dict):
            self.conflicts.add(place.path, Kind.ADDED_BY_BOTH, three, merged)
        self.conflicts.restate(place.path, three, merged)
        return merged

    def _items(self, place: Place, three: Three) -> Value:
        return self._rest(place, three) if three.are(*SCHEMA) else self._positions(place, three)

    def _positions(self, place: Place, three: Three) -> Value:
        return merge_positions(place, three, self.conflicts, self.schema)

    def _by_name(self, shape: Holds) -> MergeAt:
        def merge_members(place: Place, three: Three) -> Value:
            if not three.are(dict):
                return self.conflicts.both_changed(place.path, three)
            sides = three.with_default({})
            names = dict.fromkeys([*sides.ours, *sides.theirs])
            found = {name: self._member(shape, name, place.under(name), sides.member(name)) for name in names}
            merged = {name: value for name, value in found.items() if value is not ABSENT}
            return merged if merged or ABSENT not in (three.ours, three.theirs) else ABSENT

        return merge_members

    def _member(self, shape: Holds, name: str, place: Place, three: Three) -> Value:
        if shape is Holds.DEPENDENCIES:
            shape = Holds.NAMES if three.are(list) else Holds.SCHEMA
        return self._settle(place, three, lambda at, sides: self._merge(shape, name, at, sides))

    def _const(self, place: Place, three: Three) -> Value:
        if place.widens and ABSENT not in (three.ours, three.theirs):
            return self.conflicts.keep_ours(place.path, Kind.CONST_DIFFERS, three)
        return self._constraint(place, three)

    def _constraint(self, place: Place, three: Three) -> Value:
        return self.conflicts.both_changed(place.path, three)

    def _annotation(self, place: Place, three: Three) -> Value:
        return self.conflicts.keep_ours(place.path, Kind.ANNOTATION_CHANGED, three)


def _counts(three: Three) -> bool:
    """Whether the items that match `contains` may be too many."""
    return any("maxContains" in schema for schema in three)
