"""`stages/...`: microseconds an event spends in each stage, one stage after the other in this process, no workers.

Batches of 500. `decode` is a part of `read`, `encode nats` a part of `publish nats`; `settle` notes the batch as well.
What waits for a server has a second figure, the time its own process was on a processor.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

import orjson
from django.db import transaction

from benchmarks.database import AT_A_TIME, publish_rule
from benchmarks.installation import Installation
from benchmarks.plan import Plan
from benchmarks.result import Result
from benchmarks.sample import events
from events.envelope import CloudEvent
from events.ingest import ingest
from events.shards import SHARDS
from routing.matching.table import CompiledTable, compile_table
from routing.publishers.eventbridge.entry import entry_of
from routing.publishers.nats.binding import binary, wire_size
from routing.publishers.nats.config import parse_config
from routing.publishers.port import Flight, Publisher
from routing.publishers.registry import make_publisher
from routing.relay import leases
from routing.relay.process import store
from routing.relay.settling import settlement_of
from routing.relay.store import Store
from routing.relay.work import Batch, Entry, Lane, Phase, Work, work_of

ACK_WAIT, IN_FLIGHT = 30.0, 2_000
LEASE_SECONDS = 600.0
WAITING = ("ingest", "read", "publish nats", "settle")
ANSWER_SECONDS = 30.0


class Watch:
    """Microseconds an event by stage, run after run."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.values: dict[str, list[float]] = {}

    @contextmanager
    def on(self, stage: str) -> Iterator[None]:
        started, used = time.perf_counter(), time.process_time()
        yield
        self._note(stage, time.perf_counter() - started)
        if stage in WAITING:
            self._note(f"{stage}/cpu", time.process_time() - used)

    def _note(self, name: str, seconds: float) -> None:
        self.values.setdefault(name, []).append(seconds * 1e6 / self._count)


def stages(installation: Installation, plan: Plan) -> list[Result]:
    installation.workers.stop()
    publish_rule(installation.nats_destination)
    watch = Watch(plan.stage_events)
    publisher = _publisher(installation)
    for number in range(plan.runs + 1):
        installation.empty()
        _one_run(installation, publisher, watch, f"stages-{number}", plan.stage_events)
    publisher.close()
    return [Result(f"stages/{name}", "us/event", values[1:]) for name, values in watch.values.items()]


def _publisher(installation: Installation) -> Publisher:
    destination = installation.nats_destination
    made = make_publisher("nats", destination.config, name="stages", ack_wait=ACK_WAIT, in_flight_limit=IN_FLIGHT)
    check = made.check()
    if not check.ok:
        raise RuntimeError(check.message)
    return made


def _one_run(installation: Installation, publisher: Publisher, watch: Watch, tag: str, count: int) -> None:
    _ingest(watch, list(events(tag, count)))
    the_store = store()
    batches = _read(watch, the_store)
    entries = [entry for batch in batches for entry in batch]
    _decode(watch, [entry.event for entry in entries])
    table = compile_table(the_store.snapshot(the_store.newest_table()))
    works = _route(watch, table, batches)
    _encode(watch, installation, works)
    _publish(watch, publisher, works)
    _settle(watch, the_store, batches, works)
    with watch.on("eventbridge entry"):
        for entry in entries:
            entry_of(entry.uuid, entry.event)


def _ingest(watch: Watch, made: Sequence[CloudEvent]) -> None:
    with watch.on("ingest"):
        for first in range(0, len(made), AT_A_TIME):
            with transaction.atomic():
                ingest(made[first : first + AT_A_TIME])


def _read(watch: Watch, the_store: Store) -> list[list[Entry]]:
    last = dict.fromkeys(range(SHARDS), 0)
    token = uuid4()
    batches = []
    with watch.on("read"):
        while entries := the_store.take_fresh(token, 1, last, AT_A_TIME, ()).entries:
            batches.append(entries)
            for entry in entries:
                last[entry.shard] = max(last[entry.shard], entry.sequence)
    return batches


def _decode(watch: Watch, decoded: Sequence[CloudEvent]) -> None:
    rows = [
        (e.id, e.source, e.type, e.subject, e.time, e.datacontenttype, e.dataschema, _text(e), e.data) for e in decoded
    ]
    with watch.on("decode"):
        for row in rows:
            CloudEvent.stored(*row, False)  # type: ignore[arg-type]


def _text(event: CloudEvent) -> str:
    return orjson.dumps(dict(event.extensions)).decode()


def _route(watch: Watch, table: CompiledTable, batches: Sequence[Sequence[Entry]]) -> list[list[Work]]:
    with watch.on("route"):
        return [
            [work_of(entry, target, 1) for entry in batch for target in table.route(entry.event)] for batch in batches
        ]


def _encode(watch: Watch, installation: Installation, works: Sequence[Sequence[Work]]) -> None:
    subject_of = parse_config(installation.nats_destination.config).template.subject_of
    messages = [work.message() for batch in works for work in batch]
    with watch.on("encode nats"):
        for message in messages:
            subject_of(message.event)
            wire_size(*binary(message.dedup_id, message.event))


def _publish(watch: Watch, publisher: Publisher, works: Sequence[Sequence[Work]]) -> None:
    """All at once: the publisher keeps to its limit of messages in flight."""
    with watch.on("publish nats"):
        flights = [publisher.send([work.message() for work in batch]) for batch in works]
        _wait(flights)
    for flight, batch in zip(flights, works, strict=True):
        for work, result in zip(batch, flight.results, strict=True):
            work.phase, work.result = Phase.ANSWERED, result


def _wait(flights: Sequence[Flight]) -> None:
    end = time.monotonic() + ANSWER_SECONDS
    while any(flight.unanswered for flight in flights):
        if time.monotonic() > end:
            raise TimeoutError("not every publish was answered")
        time.sleep(0.001)


def _settle(watch: Watch, the_store: Store, batches: Sequence[list[Entry]], works: Sequence[list[Work]]) -> None:
    token = uuid4()
    leases.sign_in(token, "stages", LEASE_SECONDS)
    shards = set(leases.acquire(token, LEASE_SECONDS, SHARDS))
    with watch.on("settle"):
        for entries, done in zip(batches, works, strict=True):
            batch = Batch(Lane.FRESH, 1, entries, done)
            upto = max(entry.sequence for entry in entries)
            batch.note = the_store.note(
                token, Lane.FRESH, shards, upto=upto, size=len(entries), table_version=1, tries=0
            )
            lost = the_store.settle(token, settlement_of(batch, {}))
            if lost:
                raise RuntimeError(f"{len(lost)} leases were lost")
    leases.sign_out(token)
