"""Configuration in words: durations, filters, and what differs between two routing tables. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from routing.matching.difference import difference
from routing.matching.errors import MatchingError
from routing.matching.filters import parse_filters

Json = Mapping[str, Any]
Kind = Literal["added", "removed", "changed", "moved"]

UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
VERBS = {"exact": "is", "prefix": "begins with", "suffix": "ends with"}
MEMBERS = {
    "name": "name", "priority": "priority", "type_pattern": "type pattern", "filters": "filters",
    "strategy": "strategy", "continue": "after a match", "destinations": "destinations",
}  # fmt: skip
ORDER = ("name", "type_pattern", "filters", "strategy", "destinations", "continue", "priority")
ALWAYS, UNREADABLE = "no filters", "filters that cannot be read"


@dataclass(frozen=True, slots=True)
class Difference:
    """What happened to one rule between two snapshots, or to one member of it."""

    kind: Kind
    rule: str
    rule_id: int
    what: str = ""
    was: str = ""
    becomes: str = ""


def duration(seconds: float | None) -> str:
    """`45 s`, `3 min`, `2 h`, `5 d`; "" for None."""
    if seconds is None:
        return ""
    size, unit = next(((size, unit) for size, unit in UNITS if seconds >= size), UNITS[-1])
    return f"{int(seconds // size)} {unit}"


def ordinal(position: int) -> str:
    """`1st`, `2nd`, `11th`."""
    ending = "th" if position % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(position % 10, "th")
    return f"{position}{ending}"


def filters_text(filters: object) -> str:
    """A short reading of a list of filters, such as `source begins with "/oms" and tenant is "acme"`."""
    try:
        parse_filters(filters)
    except MatchingError:
        return UNREADABLE
    assert isinstance(filters, list)
    return " and ".join(map(_filter, filters)) or ALWAYS


def _filter(value: Any) -> str:
    [(dialect, operand)] = value.items()
    return READINGS[dialect](dialect, operand)


def _compared(dialect: str, operand: Json) -> str:
    return " and ".join(f'{name} {VERBS[dialect]} "{text}"' for name, text in operand.items())


def _nested(dialect: str, operand: Sequence[Json]) -> str:
    read = {"all": " and ", "any": " or "}[dialect].join(map(_filter, operand))
    return f"({read})" if len(operand) > 1 else read


def _not(_dialect: str, operand: Json) -> str:
    return f"not ({_filter(operand)})"


READINGS: Mapping[str, Callable[[str, Any], str]] = {
    "exact": _compared, "prefix": _compared, "suffix": _compared, "all": _nested, "any": _nested, "not": _not,
}  # fmt: skip


def destinations_text(destinations: Sequence[Json]) -> str:
    """In order, each with its own condition."""
    return ", ".join(
        one["name"] + (f" if {filters_text(one['condition'])}" if one["condition"] else "") for one in destinations
    )


def rule_text(rule: Json) -> str:
    """A rule in a line."""
    filters = "" if not rule["filters"] else f" where {filters_text(rule['filters'])}"
    return (
        f"{rule['type_pattern']}{filters} to {destinations_text(rule['destinations'])} ({rule['strategy']}), "
        f"{_then(rule['continue'])}"
    )


def differences(before: Json, after: Json) -> list[Difference]:
    """From one snapshot to another, in words, and where rules that both have come in another order."""
    found = list(_members(before, after))
    # Rules are ordered by these: whatever else stands elsewhere has only made way.
    told = {one.rule_id for one in found if one.what in (MEMBERS["priority"], MEMBERS["name"])}
    return found + list(_moved(before, after, told))


def summary(changes: Sequence[Difference]) -> str:
    """`1 rule added, 2 changed`; what was only moved counts as changed."""
    ids = {
        kind: {one.rule_id for one in changes if one.kind == kind} for kind in ("added", "changed", "moved", "removed")
    }
    counts = {"added": len(ids["added"]), "changed": len(ids["changed"] | ids["moved"]), "removed": len(ids["removed"])}
    told = [f"{count} {kind}" for kind, count in counts.items() if count]
    return ", ".join(told) or "nothing"


def _members(before: Json, after: Json) -> Iterator[Difference]:
    old, new = ({rule["id"]: rule for rule in snapshot["rules"]} for snapshot in (before, after))
    changes = difference(before, after)
    for change in changes:
        if change.member == "":
            yield _whole(change.before, change.after)
    for id_, rule in new.items():
        for member in ORDER:
            if id_ in old and old[id_].get(member) != rule.get(member):
                yield Difference(
                    "changed", rule["name"], id_, MEMBERS[member],
                    _member(member, old[id_].get(member)), _member(member, rule.get(member)),
                )  # fmt: skip


def _whole(before: Any, after: Any) -> Difference:
    if after is None:
        return Difference("removed", before["name"], before["id"], was=rule_text(before))
    return Difference("added", after["name"], after["id"], becomes=rule_text(after))


def _moved(before: Json, after: Json, told: set[int]) -> Iterator[Difference]:
    """Of the rules in `told`, those that stand elsewhere among the rules that both have."""
    old, new = ([rule["id"] for rule in snapshot["rules"]] for snapshot in (before, after))
    stayed_old, stayed_new = [id_ for id_ in old if id_ in new], [id_ for id_ in new if id_ in old]
    names = {rule["id"]: rule["name"] for rule in after["rules"]}
    for place, id_ in enumerate(stayed_new):
        if stayed_old[place] != id_ and id_ in told:
            was, becomes = ordinal(old.index(id_) + 1), ordinal(new.index(id_) + 1)
            yield Difference("moved", names[id_], id_, "tried", was, becomes)


def _member(member: str, value: Any) -> str:
    if member == "destinations":
        return destinations_text(value)
    if member == "filters":
        return filters_text(value)
    return _then(value) if member == "continue" else str(value)


def _then(goes_on: object) -> str:
    return "continue" if goes_on else "stop"
