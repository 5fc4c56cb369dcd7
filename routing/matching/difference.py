"""What publishing would change: two snapshots, rule by rule."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Rule = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One member of one rule, before and after. `member` is empty where the whole rule came or went."""

    rule: str
    member: str
    before: object
    after: object

    @property
    def was(self) -> str:
        return _text(self.before)

    @property
    def becomes(self) -> str:
        return _text(self.after)


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Changes from one snapshot to the other, rules told apart by id; the order of rules is their priority and name."""
    old, new = _by_id(before["rules"]), _by_id(after["rules"])
    changes = [Change(old[gone]["name"], "", old[gone], None) for gone in old if gone not in new]
    for id_, rule in new.items():
        changes.extend(_members(old[id_], rule) if id_ in old else [Change(rule["name"], "", None, rule)])
    return changes


def _by_id(rules: Sequence[Rule]) -> dict[int, Rule]:
    return {rule["id"]: rule for rule in rules}


def _members(old: Rule, new: Rule) -> Iterator[Change]:
    for member in sorted({*old, *new}):
        if old.get(member) != new.get(member):
            yield Change(new["name"], member, old.get(member), new.get(member))


def _text(value: object) -> str:
    """For people: a rule in a line, anything else as JSON, nothing for what is not there."""
    if value is None:
        return ""
    if isinstance(value, dict) and "destinations" in value:
        return f"{value['type_pattern']} to {_destinations(value['destinations'])} ({value['strategy']})"
    if isinstance(value, list) and value and isinstance(value[0], dict) and "condition" in value[0]:
        return _destinations(value)
    return json.dumps(value, ensure_ascii=False)


def _destinations(listed: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(one["name"] + (f" if {_text(one['condition'])}" if one["condition"] else "") for one in listed)
