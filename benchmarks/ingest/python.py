"""`ingest/python/...`: `events.ingest` beside raw psycopg that writes the same rows to the same tables.

The ceiling of a batch is a binary COPY into the outbox and one into the pending marks, in one transaction, of rows that
are ready. That of single events is an INSERT into each, likewise. Neither looks for duplicates, takes a digest, or
tells a relay.

`.../storing` is `events.ingest` where nothing is decided about the events, for the ceiling judges nothing either; all
else is the product as it is. They take turns.
"""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import psycopg
from django.db import connection, transaction

from benchmarks.database import clear, count_stored
from benchmarks.errors import WrongCountError
from benchmarks.ingest.deciding import both, deciding, nothing
from benchmarks.ingest.frozen import frozen
from benchmarks.installation import Installation
from benchmarks.plan import Plan
from benchmarks.result import Result
from benchmarks.sample import events
from events.envelope import CloudEvent
from events.ingest import ingest
from events.schemas.admission.decision import NOTHING, Admitted
from events.storing.digests import Digests
from events.storing.row import Row, rows

BATCH = 500
COLUMNS = """sequence, tenant, uuid, source, event_id, type, subject, time, datacontenttype, dataschema, extensions,
    partitionkey, data, data_base64, fingerprint, schema_version, admission, pii"""
TYPES = ["int8", "varchar", "uuid", *["text"] * 10, "bool", "bytea", "int8", "text", "text"]
COPY_ENTRIES = f"COPY events_outboxentry ({COLUMNS}) FROM STDIN (FORMAT BINARY)"
COPY_MARKS = "COPY events_pendingentry (sequence, shard, partitionkey) FROM STDIN (FORMAT BINARY)"
INSERT_ENTRY = f"INSERT INTO events_outboxentry ({COLUMNS}) VALUES ({', '.join(['%s'] * len(TYPES))})"  # noqa: S608
INSERT_MARK = "INSERT INTO events_pendingentry (sequence, shard, partitionkey) VALUES (%s, %s, %s)"

Item = TypeVar("Item")
Ready = tuple[tuple[object, ...], tuple[object, ...]]
"""An entry and its mark, as psycopg takes them."""


def python_batches(installation: Installation, plan: Plan) -> list[Result]:
    return _measured(installation, plan, "ingest/python/500", BATCH, copy, "binary COPY", plan.stage_events, ">= 0.4")


def python_single(installation: Installation, plan: Plan) -> list[Result]:
    return _measured(installation, plan, "ingest/python/single", 1, insert, "INSERT", plan.stage_events // 5)


def _measured(
    installation: Installation,
    plan: Plan,
    name: str,
    size: int,
    raw: Callable[[Sequence[Ready]], None],
    ceiling: str,
    count: int,
    target: str = "",
) -> list[Result]:
    installation.workers.stop()
    ways = {name: both, f"{name}/storing": nothing}
    theirs: list[float] = []
    ours: dict[str, list[float]] = {way: [] for way in ways}
    for number in range(plan.runs + 1):
        made = list(events(f"{size}-{number}", count))
        clear()
        theirs.append(_rate(raw, _slices(_ready(_rows(made)), size), count))
        for way, decide in ways.items():
            clear()
            with deciding(decide):
                ours[way].append(_rate(_ingest, _slices(made, size), count))
        said = ", ".join(f"{way} {rates[-1]:,.0f}/s" for way, rates in ours.items())
        print(f"run {number}: {said}, {ceiling} {theirs[-1]:,.0f}/s", flush=True)
    kept, bound = theirs[1:], f"psycopg, {ceiling}"
    return [
        Result(way, "events/s", rates[1:], bound, kept, target if way != name else "") for way, rates in ours.items()
    ]


def _rows(made: Sequence[CloudEvent]) -> list[Row]:
    return rows(made, [Admitted(event, NOTHING) for event in made], Digests("default", "default"))


def _rate(store: Callable[[Sequence[Item]], None], parts: Sequence[Sequence[Item]], count: int) -> float:
    with frozen():
        started = time.perf_counter()
        for part in parts:
            store(part)
        seconds = time.perf_counter() - started
    if (stored := count_stored()) != (count, count):
        raise WrongCountError(f"{count} events went in, {stored} entries and marks are there")
    return count / seconds


def _slices(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _ingest(some: Sequence[CloudEvent]) -> None:
    with transaction.atomic():
        ingest(some)


def _ready(made: Sequence[Row]) -> list[Ready]:
    return [
        ((number, "default", *row[:-1]), (number, row.shard, row.partitionkey)) for number, row in enumerate(made, 1)
    ]


def copy(some: Sequence[Ready]) -> None:
    with transaction.atomic():
        cursor = psycopg.Cursor(connection.connection)
        _copy(cursor, COPY_ENTRIES, TYPES, [entry for entry, _ in some])
        _copy(cursor, COPY_MARKS, ["int8", "int2", "text"], [mark for _, mark in some])


def _copy(cursor: psycopg.Cursor, statement: str, types: list[str], lines: Sequence[tuple[object, ...]]) -> None:
    with cursor.copy(statement.encode()) as sink:
        sink.set_types(types)
        for line in lines:
            sink.write_row(line)


def insert(some: Sequence[Ready]) -> None:
    with transaction.atomic():
        cursor = psycopg.Cursor(connection.connection)
        for entry, mark in some:
            cursor.execute(INSERT_ENTRY.encode(), entry)
            cursor.execute(INSERT_MARK.encode(), mark)
