"""Snapshots and events for tests of matching."""

from itertools import count
from typing import Any

from events.envelope.event import CloudEvent
from routing.matching.table import CompiledTable, compile_table

NATS, EVENTBRIDGE, WEBHOOK = 1, 2, 3


def rule(id_: int, *destinations: int, **overrides: Any) -> dict[str, Any]:
    """One that matches every event and goes to all its destinations."""
    return {
        "id": id_,
        "name": f"rule {id_}",
        "priority": 0,
        "type_pattern": "*",
        "filters": [],
        "strategy": "ALL",
        "continue": False,
        "destinations": [{"id": d, "name": f"destination {d}", "condition": []} for d in destinations],
        **overrides,
    }


def conditional(id_: int, *destinations: tuple[int, list[Any]], **overrides: Any) -> dict[str, Any]:
    chosen = [{"id": d, "name": str(d), "condition": condition} for d, condition in destinations]
    return rule(id_, strategy="CONDITIONAL", destinations=chosen, **overrides)


def snapshot(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"format": 1, "rules": list(rules)}


def table(*rules: dict[str, Any]) -> CompiledTable:
    return compile_table(snapshot(*rules))


_ids = count()


def event(type_: str = "com.example.thing.made", **attributes: Any) -> CloudEvent:
    return CloudEvent(**{"id": str(next(_ids)), "source": "/example", "type": type_, **attributes})
