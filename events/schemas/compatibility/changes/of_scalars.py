"""Differences of type, values, bounds, patterns, formats, and of what only describes."""

from collections.abc import Callable, Iterator
from typing import Any

from events.schemas.compatibility.changes.difference import BOTH, NARROWS, SAME, WIDENS, Difference, Effect, Place
from events.schemas.compatibility.values import KINDS, alike, exact, key_of

Json = Any
ANNOTATIONS = ("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment")
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")


def of_scalars(place: Place) -> Iterator[Difference]:
    yield from _types(place)
    yield from _values(place)
    for keyword in (*LOWER, *UPPER):
        yield from _bound(place, keyword)
    yield from _simple(place, "multipleOf", "multiple_of", "the numbers must be multiples of something else")
    yield from _simple(place, "pattern", "pattern", "texts must fit another pattern")
    yield from _simple(place, "format", "format", "texts must be of another format")
    for keyword in ANNOTATIONS:
        yield from _annotation(place, keyword)


def _types(place: Place) -> Iterator[Difference]:
    old, new = (_type_names(said) for said in place.pair("type"))
    lost, gained = _without(old, new), _without(new, old)
    if lost and gained:
        said = f"takes {_listed(new)} where it took {_listed(old)}: old events with {_listed(lost)} are refused"
        yield place.difference("type", "type_changed", BOTH, said)
    elif lost:
        said = f"no longer takes {_listed(lost)}: old events that have one are refused"
        yield place.difference("type", "type_narrowed", NARROWS, said)
    elif gained:
        said = f"now takes {_listed(gained)} too, which readers of the old version do not expect"
        yield place.difference("type", "type_widened", WIDENS, said)


def _type_names(said: Json) -> set[str]:
    if said is None:
        return set(KINDS)
    return {said} if isinstance(said, str) else set(said)


def _without(names: set[str], others: set[str]) -> set[str]:
    taken = others | {"integer"} if "number" in others else others
    return names - taken


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))


def _values(place: Place) -> Iterator[Difference]:
    for keyword in ("enum", "const"):
        old, new = place.pair(keyword)
        if (old is None) != (new is None) and keyword in place.old.members.keys() | place.new.members.keys():
            yield from _list_set(place, keyword, keyword in place.new.members)
        elif keyword in place.old.members and keyword in place.new.members:
            listed = (old, new) if keyword == "enum" else ([old], [new])
            yield from _list_changed(place, keyword, *listed)


def _list_set(place: Place, keyword: str, added: bool) -> Iterator[Difference]:
    if added:
        said = "takes listed values only: old events with others are refused"
        yield place.difference(keyword, f"{keyword}_added", NARROWS, said)
    else:
        said = "takes other values than those that were listed, which readers of the old version do not expect"
        yield place.difference(keyword, f"{keyword}_removed", WIDENS, said)


def _list_changed(place: Place, keyword: str, old: list[Json], new: list[Json]) -> Iterator[Difference]:
    before, after = {key_of(value) for value in old}, {key_of(value) for value in new}
    if gone := len(before - after):
        said = f"no longer lists {_values_said(gone)}: old events that have one are refused"
        yield place.difference(keyword, "enum_values_removed", NARROWS, said)
    if come := len(after - before):
        said = f"lists {_values_said(come)} more, which readers of the old version do not know"
        yield place.difference(keyword, "enum_values_added", WIDENS, said)


def _values_said(number: int) -> str:
    return "1 value" if number == 1 else f"{number} values"


def _bound(place: Place, keyword: str) -> Iterator[Difference]:
    old, new = place.pair(keyword)
    if _unequal(old, new):
        # A lower bound that goes up is tighter, an upper one that goes down.
        tighter = old is None or (new is not None and (exact(new) > exact(old)) is (keyword in LOWER))
        change = f"{keyword} {_said(old)} is now {_said(new)}"
        if tighter:
            yield place.difference(keyword, "bound_tightened", NARROWS, f"{change}: old events beyond it are refused")
        else:
            said = f"{change}: readers of the old version may meet more than they take"
            yield place.difference(keyword, "bound_loosened", WIDENS, said)


def _unequal(old: Json, new: Json) -> bool:
    if old is None or new is None:
        return old is not new
    return exact(old) != exact(new)


def _said(limit: Json) -> str:
    return "(none)" if limit is None else str(limit)


def _simple(place: Place, keyword: str, noun: str, said: str) -> Iterator[Difference]:
    old, new = place.pair(keyword)
    if old == new:
        return
    if old is None:
        yield place.difference(
            keyword, f"{noun}_added", _at_most(place, keyword, NARROWS), f"{said}: old events may not"
        )
    elif new is None:
        wider = f"has no {keyword} any more: readers of the old version may meet what they refuse"
        yield place.difference(keyword, f"{noun}_removed", _at_most(place, keyword, WIDENS), wider)
    else:
        effect = place.of_keywords((keyword,))
        yield place.difference(keyword, f"{noun}_changed", effect, said + _hurt(effect))


def _at_most(place: Place, keyword: str, effect: Effect) -> Effect:
    found = place.of_keywords((keyword,))
    return effect if found != SAME else SAME


def _hurt(effect: Effect) -> str:
    hurts = {
        NARROWS: ": old events that fitted before are refused",
        WIDENS: ": readers of the old version may meet what they refuse",
        BOTH: ": old events are refused, and readers of the old version may meet what they refuse",
    }
    return hurts.get(effect, ", which takes the same")


# By whether the old and the new one say something.
_SAID = {(True, True): "says another {}", (False, True): "has {} now", (True, False): "has no {} any more"}


def _annotation(place: Place, keyword: str) -> Iterator[Difference]:
    present = (keyword in place.old.members, keyword in place.new.members)
    old, new = place.pair(keyword)
    if present[0] != present[1] or not alike(old, new):
        said = _SAID[present].format(keyword)
        yield place.difference(keyword, "annotation_changed", SAME, f"{said}: what is valid stays so")


Finder = Callable[[Place], Iterator[Difference]]
