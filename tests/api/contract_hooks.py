"""What no OpenAPI document can say, for schemathesis, which reads it by way of schemathesis.toml."""

import re
from itertools import count
from typing import Any

import schemathesis
from schemathesis.generation.meta import TestPhase

SERVER = {"servers": ["nats://127.0.0.1:9"]}
ROUTED = {"type_pattern": "com.example.*", "filters": [], "destinations": [{"name": "nats"}]}
"""A destination that the test has made."""
CREATING: dict[str, dict[str, Any]] = {
    "POST /api/v1/destinations": {"kind": "nats", "config": SERVER, "backoff_cap_seconds": 3600},
    "POST /api/v1/rules": ROUTED,
    "POST /api/v1/pii/policies": {},
}
"""What a new one has, for a chain to begin with it: chance finds no server's address, nor the name of a destination."""
NUMBERS = count(1)
MOMENT = re.compile(r"[0-9]{4}-[0-9-]+[Tt].+|[0-9]{1,3}[smhd]")


@schemathesis.hook
def before_load_schema(_context: Any, document: dict[str, Any]) -> None:
    """What a link gives is the whole body: mixed with one made by chance it would be neither."""
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    for answer in [answer for operation in operations for answer in operation["responses"].values()]:
        for link in answer.get("links", {}).values():
            link["x-schemathesis"] = {"merge_body": False}


@schemathesis.hook
def before_call(_context: Any, case: "schemathesis.Case[Any]", _options: Any) -> None:
    """What is compared with something else in the body, or written in another way than its value."""
    case.body = _whole(case.body)
    if isinstance(case.body, dict):
        _span(case.body.get("filter"))
        _backoff(case.body)
        case.body = _begun(case, case.body)


def _begun(case: "schemathesis.Case[Any]", body: dict[str, Any]) -> dict[str, Any]:
    """So that there is something to read, replace with its ETag, and delete. What a link gave stays as it is."""
    meta = case.meta
    wanted = CREATING.get(case.operation.label)
    if wanted is None or meta is None or not meta.generation.mode.is_positive or meta.phase.name != TestPhase.STATEFUL:
        return body
    linked = body.get("type_pattern") == ROUTED["type_pattern"]
    return {**body, **({} if linked else wanted), "name": f"chain-{next(NUMBERS)}"}


def _whole(value: Any) -> Any:
    """29.0 is an integer to JSON Schema, and none to the JSON format of CloudEvents."""
    if isinstance(value, dict):
        return {name: _whole(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_whole(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _span(filters: Any) -> None:
    """`until` comes after `since`."""
    moments = [filters.get(name) for name in ("since", "until")] if isinstance(filters, dict) else [None]
    if all(isinstance(moment, str) and MOMENT.fullmatch(moment) for moment in moments):
        del filters["until"]


def _backoff(destination: dict[str, Any]) -> None:
    """The cap is not below the base."""
    base, cap = destination.get("backoff_base_seconds"), destination.get("backoff_cap_seconds", 60)
    if all(isinstance(seconds, int | float) and 0.01 <= seconds <= 3600 for seconds in (base, cap)) and cap < base:
        destination["backoff_cap_seconds"] = base
