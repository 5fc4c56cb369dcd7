"""`schemas/validation`: microseconds to judge the data of the measured event by its schema, beside parsing it.

The value is one of 1 KB with 22 string leaves, the schema one that says of every member what it is. The ceiling is
`json.loads` of the same text; both take turns. No server is needed.
"""

import json
import time
from collections.abc import Callable

from benchmarks.event_schema import closed, event_schema, text
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
SCHEMA = event_schema(
    object_type={},
    change={},
    notes=closed(**{f"note{number}": text() for number in range(10)}),
    labels={"type": "array", "items": text(), "maxItems": 20},
)


def schema_validation(_: Installation, plan: Plan) -> list[Result]:
    return measured(plan.runs)


def measured(runs: int) -> list[Result]:
    """The first run is dropped."""
    data = json.dumps(sample())
    validator = compile_validator(parse_schema(SCHEMA))
    value = json.loads(data)
    wrong = {**value, "objectType": {**value["objectType"], "apiName": 3}}
    if not validator.is_valid(value) or validator.is_valid(wrong):
        raise RuntimeError("the schema does not tell the measured event from a wrong one")
    judging: list[float] = []
    parsing: list[float] = []
    for _ in range(runs + 1):
        spent = _run((lambda: validator.is_valid(value), lambda: json.loads(data)))
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


if __name__ == "__main__":
    print(*measured(Plan().runs), sep="\n")
