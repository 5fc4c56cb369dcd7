"""`schemas/validation`: microseconds to judge the data of the measured event by its schema, beside parsing it.

The value is one of 1 KB with 22 string leaves, the schema one that says of every member what it is. The ceiling is
`json.loads` of the same text; both take turns. No server is needed.
"""

import json
import time
from collections.abc import Callable

from benchmarks.installation import Installation
from benchmarks.plan import Plan
from benchmarks.result import Result
from events.schemas.documents.document import parse_schema
from events.schemas.documents.validator import compile_validator

STRINGS, NUMBERS = 22, 4
ROUNDS = 20_000
# Few per turn, so that both meet the same moments of this machine.
TURNS = 40
TEXT = "a planned piece of work on M-{:02d}"
STATES = ["ACTIVE", "DEPRECATED", "ENDORSED", "EXPERIMENTAL"]


def schema_validation(_: Installation, plan: Plan) -> list[Result]:
    return measured(plan.runs)


def measured(runs: int) -> list[Result]:
    """The first run is dropped."""
    text = json.dumps(sample())
    validator = compile_validator(parse_schema(SCHEMA))
    value = json.loads(text)
    wrong = {**value, "objectType": {**value["objectType"], "apiName": 3}}
    if not validator.is_valid(value) or validator.is_valid(wrong):
        raise RuntimeError("the schema does not tell the measured event from a wrong one")
    judging: list[float] = []
    parsing: list[float] = []
    for _ in range(runs + 1):
        spent = _run((lambda: validator.is_valid(value), lambda: json.loads(text)))
        judging.append(spent[0])
        parsing.append(spent[1])
    return [Result("schemas/validation", "us/event", judging[1:], "json.loads", parsing[1:], "<= 1.7")]


def sample() -> dict[str, object]:
    """22 strings and 4 other leaves."""
    texts = [TEXT.format(number) for number in range(12)]
    return {
        "objectType": {
            "rid": "ri.ontology.main.object-type.00000001",
            "apiName": "MaintenanceOrder",
            "displayName": "Maintenance order",
            "description": texts[0],
            "status": "ACTIVE",
            "primaryKey": "orderNumber",
            "version": 107,
            "rows": 104_200,
        },
        "change": {"operation": "ADD_PROPERTY", "after": "5f" * 32, "breaking": False},
        "audit": {"reason": "requested in review", "ticket": "OMSREQ-00000001", "score": 0.75},
        "notes": {f"note{number}": text for number, text in enumerate(texts[1:11])},
        "labels": [texts[11], "quality"],
    }


def _run(subjects: tuple[Callable[[], object], Callable[[], object]]) -> list[float]:
    spent = [0.0, 0.0]
    for _ in range(TURNS):
        for index, subject in enumerate(subjects):
            started = time.perf_counter()
            for _ in range(ROUNDS // TURNS):
                subject()
            spent[index] += time.perf_counter() - started
    return [seconds * 1e6 / ROUNDS for seconds in spent]


def _text(longest: int = 200, **more: object) -> dict[str, object]:
    return {"type": "string", "minLength": 1, "maxLength": longest, **more}


def _object(**properties: object) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_object(
        objectType=_object(
            rid=_text(pattern=r"^ri\.ontology\.[a-z]+\.object-type\.[0-9]{8}$"),
            apiName=_text(100, pattern="^[A-Z][A-Za-z0-9]*$"),
            displayName=_text(100),
            description=_text(2_000),
            status={"enum": STATES},
            primaryKey=_text(100),
            version={"type": "integer", "minimum": 1},
            rows={"type": "integer", "minimum": 0},
        ),
        change=_object(
            operation={"enum": ["ADD_PROPERTY", "REMOVE_PROPERTY", "RENAME"]},
            after=_text(64, pattern="^[0-9a-f]{64}$"),
            breaking={"type": "boolean"},
        ),
        audit=_object(reason=_text(), ticket=_text(20), score={"type": "number", "minimum": 0, "maximum": 1}),
        notes=_object(**{f"note{number}": _text() for number in range(10)}),
        labels={"type": "array", "items": _text(), "maxItems": 20},
    ),
}


if __name__ == "__main__":
    print(*measured(Plan().runs), sep="\n")
