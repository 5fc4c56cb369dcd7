"""`ingest/decided/...`: batches of 500 with what decides about events, beside the same without.

Three ways through `events.ingest` take turns in one run: nothing looked at; judged by the schema of their types; judged
and searched for personal data, of which these events have none.
"""

import json
import time
from collections.abc import Sequence

from django.db import transaction

from benchmarks.database import clear, count_stored
from benchmarks.errors import WrongCountError
from benchmarks.event_schema import event_schema
from benchmarks.ingest.deciding import Decide, both, deciding, nothing, schema
from benchmarks.ingest.frozen import frozen
from benchmarks.installation import Installation
from benchmarks.plan import Plan
from benchmarks.result import Result
from benchmarks.sample import ACTIONS, TYPE, events
from events.envelope import CloudEvent
from events.ingest import ingest
from events.models import EventType, SchemaVersion
from events.schemas.registry.activate import activate
from events.schemas.registry.types import save_type
from events.schemas.registry.versions import save_draft

BATCH = 500
SCHEMA = event_schema(object_type={"indexed": {"type": "boolean"}}, change={"before": {"type": ["string", "null"]}})


def decided(installation: Installation, plan: Plan) -> list[Result]:
    installation.workers.stop()
    register()
    ways: dict[str, Decide] = {"nothing": nothing, "schema": schema, "both": both}
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


def _rate(decide: Decide, made: Sequence[CloudEvent]) -> float:
    clear()
    with deciding(decide), frozen():
        started = time.perf_counter()
        for start in range(0, len(made), BATCH):
            with transaction.atomic():
                ingest(made[start : start + BATCH])
        seconds = time.perf_counter() - started
    if (stored := count_stored()) != (len(made), len(made)):
        raise WrongCountError(f"{len(made)} events went in, {stored} entries and marks are there")
    return len(made) / seconds
