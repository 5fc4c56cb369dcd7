"""What publishing would change: two snapshots, rule by rule."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from events.publishing import difference as publishing


class Change(publishing.Change):
    """One member of one rule, or a rule that came or went."""

    __slots__ = ()

    @staticmethod
    def text(value: object) -> str:
        """For people: a rule in a line, anything else as JSON, nothing for what is not there."""
        if value is None:
            return ""
        if isinstance(value, dict) and "destinations" in value:
            return f"{value['type_pattern']} to {_destinations(value['destinations'])} ({value['strategy']})"
        if isinstance(value, list) and value and isinstance(value[0], dict) and "condition" in value[0]:
            return _destinations(value)
        return json.dumps(value, ensure_ascii=False)


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Changes from one snapshot to the other; the order of rules is their priority and name."""
    return publishing.changes(before["rules"], after["rules"], Change)


def _destinations(listed: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(
        one["name"] + (f" if {Change.text(one['condition'])}" if one["condition"] else "") for one in listed
    )
