"""Walk two schemas in step, through their references, and note every difference."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from events.schemas.compatibility.building.references import References
from events.schemas.compatibility.changes.difference import SAME, Difference, Effect, Place, Side, below
from events.schemas.compatibility.changes.of_members import of_members
from events.schemas.compatibility.changes.of_scalars import of_scalars
from events.schemas.compatibility.values import alike

Json = Any
EffectOf = Callable[[Side, Side], Effect]
_FLAGS = (("uniqueItems", "unique_items"),)
_COMBINED = ("anyOf", "oneOf", "if", "then", "else", "contains", "unevaluatedItems")


class Walk:
    """Of one pair. `effect_of` says what it means that one subschema takes the place of another."""

    def __init__(self, old: References, new: References, effect_of: EffectOf) -> None:
        self._old = old
        self._new = new
        self._effect_of = effect_of
        self._seen: set[tuple[int, int]] = set()
        self._refers = old.refers or new.refers

    def differences(self, path: str, old: Side, new: Side) -> Iterator[Difference]:
        old_end, new_end = _resolved(self._old, old), _resolved(self._new, new)
        key = (id(old_end.schema), id(new_end.schema))
        if key in self._seen:
            return
        self._seen.add(key)
        place = Place(path, old_end, new_end, self._effect_of)
        if _is_all_or_nothing(old_end.schema) or _is_all_or_nothing(new_end.schema):
            yield from _replaced(place)
        elif self._refers or not alike(old_end.schema, new_end.schema):
            yield from self._inside(place)

    def _inside(self, place: Place) -> Iterator[Difference]:
        yield from of_scalars(place)
        yield from of_members(place)
        yield from self._shared(place, "properties")
        yield from self._items(place)
        yield from _flags(place)
        yield from self._all_of(place)
        yield from self._negated(place)
        yield from _combined(place)

    def _shared(self, place: Place, keyword: str) -> Iterator[Difference]:
        old, new = (side or {} for side in place.pair(keyword))
        for name in (name for name in old if name in new):
            if not self._refers and alike(old[name], new[name]):
                continue
            path = below(place.path, keyword, name)
            yield from self.differences(path, place.old.at(old[name]), place.new.at(new[name]))

    def _items(self, place: Place) -> Iterator[Difference]:
        for keyword in ("items", "prefixItems", "additionalItems"):
            old, new = place.pair(keyword)
            if isinstance(old, list) and isinstance(new, list):
                for index, (one, other) in enumerate(zip(old, new, strict=False)):
                    path = below(place.path, keyword, index)
                    yield from self.differences(path, place.old.at(one), place.new.at(other))
                if len(old) != len(new):
                    yield from _whole(place, keyword, "tuple_changed")
            elif isinstance(old, dict) and isinstance(new, dict):
                yield from self.differences(below(place.path, keyword), place.old.at(old), place.new.at(new))
            elif old != new or type(old) is not type(new):
                yield from _whole(place, keyword, "items_changed")

    def _all_of(self, place: Place) -> Iterator[Difference]:
        old, new = place.pair("allOf")
        if old and new and len(old) == len(new):
            for index, (one, other) in enumerate(zip(old, new, strict=True)):
                path = below(place.path, "allOf", index)
                yield from self.differences(path, place.old.at(one), place.new.at(other))
        elif old != new:
            yield from _whole(place, "allOf", "all_of_changed")

    def _negated(self, place: Place) -> Iterator[Difference]:
        old, new = place.pair("not")
        if old is None or new is None:
            if old is not new:
                yield from _whole(place, "not", "not_changed")
            return
        for found in self.differences(below(place.path, "not"), place.old.at(old), place.new.at(new)):
            yield replace(found, narrows=found.widens, widens=found.narrows)


def _resolved(references: References, side: Side) -> Side:
    """Where references lead, when they are all that a schema says."""
    for _ in range(64):
        target = side.members.get("$ref")
        others = set(side.members) - {"$ref", "$defs", "definitions", "$schema", "$id", "title", "description"}
        base = references.base_of(side.schema, side.base)
        if not isinstance(target, str) or others:
            return Side(side.schema, base)
        side = Side(*references.find(target, base))
    return side


def _is_all_or_nothing(schema: Json) -> bool:
    return isinstance(schema, bool)


def _replaced(place: Place) -> Iterator[Difference]:
    if place.old.schema is place.new.schema:
        return
    effect = place.effect_of(place.old, place.new)
    yield place.difference("", "schema_replaced", effect, "is another schema now" + _hurt(effect))


def _flags(place: Place) -> Iterator[Difference]:
    for keyword, noun in _FLAGS:
        old, new = (side is True for side in place.pair(keyword))
        if new and not old:
            yield place.difference(
                keyword, f"{noun}_added", (True, False), "items may not repeat now" + _hurt((True, False))
            )
        elif old and not new:
            yield place.difference(
                keyword, f"{noun}_removed", (False, True), "items may repeat now" + _hurt((False, True))
            )


def _combined(place: Place) -> Iterator[Difference]:
    """Alternatives and conditions: as one, since only together they mean something."""
    conditions = tuple(key for key in ("if", "then", "else") if place.pair(key)[0] != place.pair(key)[1])
    if conditions:
        effect = place.of_keywords(("if", "then", "else"))
        yield place.difference(
            conditions[0], "condition_changed", effect, "asks something else on a condition" + _hurt(effect)
        )
    for keyword, kind in (("anyOf", "any_of_changed"), ("oneOf", "one_of_changed"), ("$ref", "ref_changed")):
        old, new = place.pair(keyword)
        if old != new:
            yield from _whole(place, keyword, kind)
    for keyword in ("contains", "unevaluatedItems"):
        if place.pair(keyword)[0] != place.pair(keyword)[1]:
            yield from _whole(place, keyword, f"{keyword.lower()}_changed")


def _whole(place: Place, keyword: str, kind: str) -> Iterator[Difference]:
    together = {
        "items": ("items", "prefixItems", "additionalItems"),
        "contains": ("contains", "minContains", "maxContains"),
    }
    effect = place.of_keywords(together.get(keyword, (keyword,)))
    yield place.difference(keyword, kind, effect, f"{keyword} says something else" + _hurt(effect))


def _hurt(effect: Effect) -> str:
    if effect == SAME:
        return ", which takes the same"
    narrows, widens = effect
    hurts = [
        *(["old events that fitted before may be refused"] if narrows else []),
        *(["readers of the old version may meet what they refuse"] if widens else []),
    ]
    return ": " + ", and ".join(hurts)
