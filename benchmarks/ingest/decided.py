"""`ingest/decided/...`: batches of 500 with what decides about events, beside the same without.

Three ways through `events.ingest` take turns in one run: nothing looked at; judged by the schema of their types; judged
and searched for personal data, of which these events have none. Those that are left out are replaced here by functions
that let everything through: the product has no switch for it.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from benchmarks.database import clear, count_stored
from benchmarks.errors import WrongCountError
from benchmarks.event_schema import event_schema
from benchmarks.installation import Installation
from benchmarks.plan import Plan
from benchmarks.result import Result
from benchmarks.sample import ACTIONS, TYPE, events
from events import ingest as module
from events.envelope import CloudEvent
from events.ingest import ingest
from events.models import EventType, SchemaVersion
from events.schemas.admission.admit import admit
from events.schemas.admission.decision import NOTHING, Admitted
from events.schemas.admission.rulebook import Rulebook
from events.schemas.registry.activate import activate
from events.schemas.registry.types import save_type
from events.schemas.registry.versions import save_draft

BATCH = 500
SCHEMA = event_schema(object_type={"indexed": {"type": "boolean"}}, change={"before": {"type": ["string", "null"]}})
Decide = Callable[..., list[Admitted]]


def decided(installation: Installation, plan: Plan) -> list[Result]:
    installation.workers.stop()
    register()
    ways: dict[str, Decide] = {"nothing": _nothing, "schema": _schema, "both": module._decided}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(plan.runs + 1):
        for name, decide in ways.items():
            rates[name].append(_rate(decide, list(events(f"{name}-{number}", plan.stage_events))))
        print(*(f"{name} {values[-1]:,.0f}/s" for name, values in rates.items()), flush=True)
    without = rates["nothing"][1:]
    return [
        Result("ingest/decided/schema", "events/s", rates["schema"][1:], "nothing decided", without, ">= 0.8"),
        Result("ingest/decided/both", "events/s", rates["both"][1:], "nothing decided", without, ">= 0.5"),
    ]


def register() -> None:
    """The types of the measured events, each with a schema that says of every member what it is."""
    for action in ACTIONS:
        if EventType.objects.filter(name=TYPE.format(action)).exists():
            continue
        made = save_type(EventType(name=TYPE.format(action)), expected=None, by=None)
        draft = save_draft(SchemaVersion(event_type=made), json.dumps(SCHEMA), expected=None, by=None)
        activate(draft, note="for the benchmark", expected=draft.revision, by=None)


def _nothing(_connection: Any, given: Sequence[CloudEvent], _book: Rulebook, _tenant: str) -> list[Admitted]:
    return [Admitted(event, NOTHING) for event in given]


def _schema(_connection: Any, given: Sequence[CloudEvent], book: Rulebook, _tenant: str) -> list[Admitted]:
    return admit(given, book)


@contextmanager
def _deciding(decide: Decide) -> Iterator[None]:
    kept = module._decided
    module._decided = decide
    try:
        yield
    finally:
        module._decided = kept


def _rate(decide: Decide, made: Sequence[CloudEvent]) -> float:
    clear()
    with _deciding(decide):
        started = time.perf_counter()
        for start in range(0, len(made), BATCH):
            with transaction.atomic():
                ingest(made[start : start + BATCH])
        seconds = time.perf_counter() - started
    if (stored := count_stored()) != (len(made), len(made)):
        raise WrongCountError(f"{len(made)} events went in, {stored} entries and marks are there")
    return len(made) / seconds
