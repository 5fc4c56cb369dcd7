"""`pii/find and encrypt 3`: microseconds to find three things in the measured event, decide about them, encrypt them.

The event is one of 1 KB with 22 string leaves. The ceiling is `json.loads` of its data; all take turns. What protection
alone takes is `pii/encrypt 3`. No server is needed.
"""

import json
import time
from collections.abc import Callable, Sequence

from benchmarks.installation import Installation
from benchmarks.plan import Plan
from benchmarks.result import Result
from benchmarks.schema_validation import sample
from events.envelope import CloudEvent
from events.pii.detection import Examined, detect
from events.pii.policies.decide import NO_POLICIES
from events.pii.policies.judged import Judged, judge
from events.pii.protection import protect, reveal
from events.pii.tokens import SecretKey, TenantKeys

ROUNDS = 4_000
# Few per turn, so that all meet the same moments of this machine.
TURNS = 40
PERSONAL = {"email": "jane.doe@example.com", "card": "4111 1111 1111 1111", "address": "203.0.113.77"}
NAMES = ("note1", "note2", "note3")
KEY = SecretKey("abcdefgh", bytes(range(32)))
KEYS = TenantKeys("default", KEY, SecretKey("bcdefghi", bytes(range(32, 64))), {KEY.id: KEY})


def pii_protect(_: Installation, plan: Plan) -> list[Result]:
    return measured(plan.runs)


def measured(runs: int) -> list[Result]:
    """The first run is dropped."""
    event = personal()
    text = str(event.data)
    found = judged(event, json.loads(text))
    _check(event, found)
    parsed = json.loads(text)
    subjects = (
        lambda: protect(event, judged(event, parsed), lambda: KEYS, "default", parsed),
        lambda: protect(event, found, lambda: KEYS, "default", parsed),
        lambda: json.loads(text),
    )
    figures = [_run(subjects) for _ in range(runs + 1)][1:]
    whole, alone, parsing = ([figure[index] for figure in figures] for index in range(3))
    return [
        Result("pii/find and encrypt 3", "us/event", whole, "json.loads", parsing, "<= 17"),
        Result("pii/encrypt 3", "us/event", alone, "json.loads", parsing),
    ]


def personal() -> CloudEvent:
    """The measured data, with an e-mail, a card and an address in three of its notes."""
    data = sample()
    notes = dict(zip(NAMES, PERSONAL.values(), strict=True))
    data["notes"] = {**data["notes"], **notes}  # type: ignore[dict-item]
    return CloudEvent.of(id="1", source="/oms/main", type="com.foundry.oms.objecttype.created", data=data)


def judged(event: CloudEvent, parsed: object) -> list[Judged]:
    """What the default of production decides about what is found. Ingest has parsed the data already, to judge it by
    its schema: that is left to the ceiling.
    """
    examined = Examined(parsed, {"id": event.id, "source": event.source, "type": event.type})
    return judge(examined, detect(examined), NO_POLICIES, event.type, "production", event.extensions)


def _check(event: CloudEvent, found: Sequence[Judged]) -> None:
    stored = protect(event, found, lambda: KEYS, "default").event
    if len(found) != 3 or any(value in str(stored.data) for value in PERSONAL.values()):
        raise RuntimeError("what was to be encrypted is still there")
    if reveal(stored, KEYS).event.data != event.data:
        raise RuntimeError("what was encrypted does not come back")


def _run(subjects: Sequence[Callable[[], object]]) -> list[float]:
    spent = [0.0] * len(subjects)
    for _ in range(TURNS):
        for index, subject in enumerate(subjects):
            started = time.perf_counter()
            for _ in range(ROUNDS // TURNS):
                subject()
            spent[index] += time.perf_counter() - started
    return [seconds * 1e6 / ROUNDS for seconds in spent]


if __name__ == "__main__":
    print(*measured(Plan().runs), sep="\n")
