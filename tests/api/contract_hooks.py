"""What no OpenAPI document can say, for schemathesis, which reads it by way of schemathesis.toml."""

import re
from typing import Any

import schemathesis

MOMENT = re.compile(r"[0-9]{4}-[0-9-]+[Tt].+|[0-9]{1,3}[smhd]")


@schemathesis.hook
def before_call(_context: Any, case: "schemathesis.Case[Any]", _options: Any) -> None:
    """What is compared with something else in the body, or written in another way than its value."""
    case.body = _whole(case.body)
    if isinstance(case.body, dict):
        _span(case.body.get("filter"))
        _backoff(case.body)


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
