"""`pii/detect`: microseconds to look for personal data in the measured event, which has none.

The event is one of 1 KB with 22 string leaves, looked at as a whole: the walk over its leaves and names, and its
attributes. The ceiling is `json.loads` of its data; both take turns. No server is needed.
"""

import json
import time
from collections.abc import Callable

from benchmarks.installation import Installation
from benchmarks.plan import Plan
from benchmarks.result import Result
from benchmarks.schema_validation import sample
from events.pii.detection import Examined, detect

ROUNDS = 4_000
# Few per turn, so that both meet the same moments of this machine.
TURNS = 40
ATTRIBUTES = {
    "id": "measured-00000001",
    "source": "/oms/main",
    "subject": "objecttype/00000001",
    "branch": "main",
    "commit": "5f" * 20,
    "author": "service-catalogue",
    "correlationid": "ab" * 16,
    "tenant": "default",
}


def pii_detect(_: Installation, plan: Plan) -> list[Result]:
    return measured(plan.runs)


def measured(runs: int) -> list[Result]:
    """The first run is dropped."""
    text = json.dumps(sample(), separators=(",", ":"))
    event = Examined(json.loads(text), ATTRIBUTES)
    if detect(event):
        raise RuntimeError("the event that is measured has nothing personal in it")
    subjects = (lambda: detect(event), lambda: json.loads(text))
    detecting, parsing = zip(*(_run(subjects) for _ in range(runs + 1)), strict=True)
    return [Result("pii/detect", "us/event", detecting[1:], "json.loads", parsing[1:], "<= 10")]


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
