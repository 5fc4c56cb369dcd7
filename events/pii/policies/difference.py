"""What publishing would change: two snapshots, policy by policy."""

import json
from collections.abc import Mapping
from typing import Any

from events.publishing import difference as publishing


class Change(publishing.Change):
    """One member of one policy, or a policy that came or went."""

    __slots__ = ()

    @staticmethod
    def text(value: object) -> str:
        """For people: a policy or a path in a line, anything else as JSON, nothing for what is not there."""
        if value is None:
            return ""
        if isinstance(value, dict) and "type_pattern" in value:
            return f"{value['type_pattern']} in {', '.join(value['environments']) or 'every environment'}"
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return ", ".join(map(_line, value))
        return json.dumps(value, ensure_ascii=False)


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Changes from one snapshot to the other; the order of policies is their priority and name."""
    return publishing.changes(before["policies"], after["policies"], Change)


def _line(line: Mapping[str, Any]) -> str:
    kind = f" for {line['kind']}" if line.get("kind") else ""
    return f"{line['path']}{kind}: {line['action']}" + (" (all of it)" if line.get("whole") else "")
