"""Policies and findings for tests."""

from typing import Any

from events.pii.detection import Finding, Kind
from events.pii.policies.decide import FORMAT, PolicySet


def raw(name: str = "p", **members: Any) -> dict[str, Any]:
    """A policy as it stands in a snapshot."""
    empty: dict[str, Any] = {"type_pattern": "*", "environments": [], "kinds": {}, "paths": [], "default": None}
    return {"name": name, "priority": 0, "allow_test_values": False, **empty, **members}


def line(path: str, action: str, kind: str | None = None, *, whole: bool = False) -> dict[str, Any]:
    return {"path": path, "action": action, "kind": kind, "whole": whole}


def policies(*listed: dict[str, Any], number: int = 1) -> PolicySet:
    return PolicySet.compile({"format": FORMAT, "policies": list(listed)}, number)


def found(path: str = "/data/a", kind: Kind = Kind.EMAIL, *, also: tuple[Kind, ...] = (), end: int = 3) -> Finding:
    return Finding(path, 0, end, kind, also=also, shown=path)
