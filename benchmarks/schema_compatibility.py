"""`schemas/compatibility/...`: milliseconds to compare two schemas of 200 properties, everything included.

Both are parsed and checked as they are when somebody saves a draft, both directions are decided, the differences noted
and graded, a counterexample found and confirmed. No server is needed.
"""

import time
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from benchmarks.installation import Installation
from benchmarks.plan import Plan
from benchmarks.result import Result
from events.schemas.compatibility.compare import compare

Json = Any
PROPERTIES, REQUIRED, CHANGED = 200, 150, 20
KINDS: tuple[Json, ...] = (
    {"type": "string", "maxLength": 64},
    {"type": "integer", "minimum": 0},
    {"type": "boolean"},
    {"type": "array", "items": {"type": "string", "format": "date-time"}},
    {"type": "object", "properties": {"amount": {"type": "number"}, "currency": {"enum": ["EUR", "USD"]}}},
)


def schema_compatibility(installation: Installation | None, plan: Plan) -> list[Result]:
    base = _schema()
    cases = {"compatible": _described(base), "widened": _with(base, _widened), "narrowed": _with(base, _narrowed)}
    return [
        Result(f"schemas/compatibility/{name}", "ms", _times(base, new, plan.runs), target="<= 50")
        for name, new in cases.items()
    ]


def _times(old: Json, new: Json, runs: int) -> list[float]:
    return [_milliseconds(old, new) for _ in range(runs + 1)][1:]


def _milliseconds(old: Json, new: Json) -> float:
    started = time.perf_counter()
    comparison = compare(old, new)
    took = (time.perf_counter() - started) * 1e3
    if not comparison.decided:
        raise RuntimeError("the comparison was not decided")
    return took


def _schema() -> Json:
    properties = {f"member{number}": deepcopy(KINDS[number % len(KINDS)]) for number in range(PROPERTIES)}
    required = list(properties)[:REQUIRED]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _with(schema: Json, change: Callable[[Json], Json]) -> Json:
    """Every tenth property changed."""
    changed = deepcopy(schema)
    for number in range(0, PROPERTIES, PROPERTIES // CHANGED):
        name = f"member{number}"
        changed["properties"][name] = change(changed["properties"][name])
    return changed


def _described(schema: Json) -> Json:
    return _with(schema, lambda one: {**one, "description": "The same."})


def _widened(schema: Json) -> Json:
    return {**schema, "type": [schema["type"], "null"]}


def _narrowed(schema: Json) -> Json:
    return {"allOf": [schema], "maxLength": 8, "maxItems": 8, "maxProperties": 1}
