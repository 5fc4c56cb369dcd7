"""What publishing would change: two snapshots, policy by policy."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One member of one policy, before and after. `member` is empty where the whole policy came or went."""

    policy: str
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
    """Changes from one snapshot to the other, policies told apart by id; their order is their priority and name."""
    old, new = _by_id(before["policies"]), _by_id(after["policies"])
    changes = [Change(old[gone]["name"], "", old[gone], None) for gone in old if gone not in new]
    for id_, policy in new.items():
        changes.extend(_members(old[id_], policy) if id_ in old else [Change(policy["name"], "", None, policy)])
    return changes


def _by_id(policies: Sequence[Raw]) -> dict[int, Raw]:
    return {policy["id"]: policy for policy in policies}


def _members(old: Raw, new: Raw) -> Iterator[Change]:
    for member in sorted({*old, *new}):
        if old.get(member) != new.get(member):
            yield Change(new["name"], member, old.get(member), new.get(member))


def _text(value: object) -> str:
    """For people: a policy or a path in a line, anything else as JSON, nothing for what is not there."""
    if value is None:
        return ""
    if isinstance(value, dict) and "type_pattern" in value:
        return f"{value['type_pattern']} in {', '.join(value['environments']) or 'every environment'}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return ", ".join(map(_line, value))
    return json.dumps(value, ensure_ascii=False)


def _line(line: Raw) -> str:
    kind = f" for {line['kind']}" if line.get("kind") else ""
    return f"{line['path']}{kind}: {line['action']}" + (" (all of it)" if line.get("whole") else "")
