"""Differences of what objects may and must have. Members that both know are walked into elsewhere."""

from collections.abc import Iterator
from typing import Any

from events.schemas.compatibility.changes.difference import (
    NARROWS,
    SAME,
    WIDENS,
    Difference,
    Effect,
    Place,
    Side,
    below,
)

Json = Any
EVERYTHING = True


def of_members(place: Place) -> Iterator[Difference]:
    yield from _added(place)
    yield from _removed(place)
    yield from _required(place)
    yield from _additional(place)
    yield from _other_keywords(place)


def _added(place: Place) -> Iterator[Difference]:
    old, new = (side or {} for side in place.pair("properties"))
    required = place.new.members.get("required", ())
    for name in (name for name in new if name not in old):
        effect = _of_added(place, name, new[name])
        path = below(place.path, "properties", name)
        if name in required and name not in place.old.members.get("required", ()):
            said = f"'{name}' is new and required: old events that lack it are refused"
            yield Difference(path, "required_property_added", True, effect[1], said)
        else:
            yield Difference(path, "property_added", *effect, f"'{name}' is new{_hurt_by_new(effect)}")


def _of_added(place: Place, name: str, schema: Json) -> Effect:
    before = Side(place.old.members.get("additionalProperties", EVERYTHING), place.old.base)
    return place.effect_of(before, place.new.at(schema))


def _hurt_by_new(effect: Effect) -> str:
    narrows, widens = effect
    if narrows and widens:
        return ": old events may have another value there, and readers of the old version do not take all of the new"
    if narrows:
        return ": old events may have another value there already, and are then refused"
    return ", and readers of the old version do not take it" if widens else ", and takes what was taken before"


def _removed(place: Place) -> Iterator[Difference]:
    old, new = (side or {} for side in place.pair("properties"))
    after = Side(place.new.members.get("additionalProperties", EVERYTHING), place.new.base)
    for name in (name for name in old if name not in new):
        narrows, widens = place.effect_of(place.old.at(old[name]), after)
        said = f"'{name}' is gone" + (
            ": old events that have it are refused"
            if narrows
            else ": readers of the old version may meet another value there"
            if widens
            else ", and takes what was taken before"
        )
        yield Difference(below(place.path, "properties", name), "property_removed", narrows, widens, said)


def _required(place: Place) -> Iterator[Difference]:
    old, new = (list(side or ()) for side in place.pair("required"))
    known = place.old.members.get("properties", {}).keys()
    added = place.new.members.get("properties", {}).keys() - known
    for name in (name for name in new if name not in old and name not in added):
        said = f"'{name}' is required now: old events that lack it are refused"
        yield place.difference("required", "property_became_required", NARROWS, said)
    for name in (name for name in old if name not in new):
        said = f"'{name}' is optional now, and readers of the old version need it"
        yield place.difference("required", "property_became_optional", WIDENS, said)


def _additional(place: Place) -> Iterator[Difference]:
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        old = place.old.members.get(keyword, EVERYTHING)
        new = place.new.members.get(keyword, EVERYTHING)
        if old == new and type(old) is type(new):
            continue
        noun = "additional_properties" if keyword == "additionalProperties" else "unevaluated_properties"
        if new is False:
            said = "takes no other members any more: old events that have some are refused"
            yield place.difference(keyword, f"{noun}_closed", NARROWS, said)
        elif old is False:
            said = "takes members it does not name, and readers of the old version do not"
            yield place.difference(keyword, f"{noun}_opened", WIDENS, said)
        else:
            effect = place.effect_of(place.old.at(old), place.new.at(new))
            yield place.difference(
                keyword, f"{noun}_changed", effect, "says something else of members it does not name"
            )


def _other_keywords(place: Place) -> Iterator[Difference]:
    keywords = {
        "patternProperties": "pattern_properties_changed",
        "propertyNames": "property_names_changed",
        "dependencies": "dependencies_changed",
        "dependentRequired": "dependencies_changed",
        "dependentSchemas": "dependencies_changed",
    }
    for keyword, kind in keywords.items():
        old, new = place.pair(keyword)
        if old != new:
            effect = place.of_keywords((keyword,))
            yield place.difference(keyword, kind, effect, _said(keyword, effect))


def _said(keyword: str, effect: Effect) -> str:
    if effect == SAME:
        return f"{keyword} is said otherwise, and takes the same"
    narrows, _ = effect
    hurt = "old events may be refused" if narrows else "readers of the old version may meet what they refuse"
    return f"{keyword} asks for something else: {hurt}"
