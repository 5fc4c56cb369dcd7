"""The relay's reads and writes, portable: right on every database Django knows, and the reference for the fast ones.

A statement that decides by time compares with the database's clock.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections, transaction
from django.db.models import BigIntegerField, Exists, F, OuterRef, Q
from django.db.models.expressions import Combinable, CombinedExpression
from django.db.models.functions import Coalesce, Now

from events.envelope.event import CloudEvent
from events.models import PendingEntry
from routing.models import Attempt, BatchNote, Delivery, RoutingTable, ShardLease, Unrouted
from routing.relay.settlement import Change, Settlement
from routing.relay.work import Entry, Past, Work, reach_of

ENTRY = (
    "sequence", "uuid", "event_id", "source", "type", "subject", "time", "datacontenttype", "dataschema",
    "extensions", "data", "data_base64",
)  # fmt: skip


class Taken(NamedTuple):
    """What was read and noted. `late`: an older entry of a key turned up late, so the next read must start over."""

    entries: list[Entry]
    late: bool
    note: int | None


NOTHING = Taken([], False, None)


class Store:
    """Reads what waits, notes what is in hand, settles what is done."""

    def __init__(self, using: str = "default") -> None:
        self.using = using

    @property
    def connection(self) -> Any:
        return connections[self.using]

    def disconnect(self) -> None:
        """Drop the connection; the next statement opens another."""
        self.connection.close()

    def newest_table(self) -> int:
        """The version of the newest routing table, 0 before the first."""
        return RoutingTable.objects.order_by("-version").values_list("version", flat=True).first() or 0

    def snapshot(self, version: int) -> dict[str, Any]:
        snapshot: dict[str, Any] = RoutingTable.objects.values_list("snapshot", flat=True).get(version=version)
        return snapshot

    def _read_fresh(self, last: Mapping[int, int], limit: int, in_hand: Collection[int]) -> list[Entry]:
        waiting = PendingEntry.objects.filter(shard__in=list(last)).exclude(pk__in=list(in_hand))
        return self._entries(waiting.order_by("pk")[:limit])

    def take_fresh(
        self, token: UUID, table_version: int, last: Mapping[int, int], limit: int, in_hand: Collection[int]
    ) -> "Taken":
        """Pending entries of the shards in `last`, oldest first, none of `in_hand`, noted as a batch of `token`'s.

        `last` may be used to skip what was read before.
        """
        entries = self._read_fresh(last, limit, in_hand)
        if not entries:
            return NOTHING
        shards = {entry.shard for entry in entries}
        upto, size = max(entry.sequence for entry in entries), len(entries)
        return Taken(
            entries,
            False,
            self.note(token, "fresh", shards, upto=upto, size=size, table_version=table_version, tries=0),
        )

    def read_suspect(self, shards: Collection[int], upto: int, limit: int) -> list[Entry]:
        """Pending entries of the shards up to a sequence, oldest first."""
        waiting = PendingEntry.objects.filter(shard__in=shards, pk__lte=upto)
        return self._entries(waiting.order_by("pk")[:limit])

    def _entries(self, waiting: Any) -> list[Entry]:
        now = time.monotonic()
        columns = ("clock", "entry__accepted_at", "shard", "partitionkey", *(f"entry__{name}" for name in ENTRY))
        return [_entry(now, *row) for row in waiting.annotate(clock=Now()).values_list(*columns)]

    def waiting_reach(self, keys: Collection[str]) -> dict[str, int]:
        """Which destinations the waiting deliveries of each key may still go to; keys without any are left out."""
        reach: dict[str, int] = {}
        waiting = Delivery.objects.filter(state="pending", partitionkey__in=keys)
        for key, mask in waiting.values_list("partitionkey", "reach"):
            assert key is not None
            reach[key] = reach.get(key, 0) | mask
        return reach

    def read_due(
        self,
        destination_id: int,
        shards: Collection[int],
        limit: int,
        *,
        movable: bool = False,
        upto: int | None = None,
    ) -> list[Work]:
        """Waiting deliveries of a destination whose time has come, oldest first, none ahead of its key.

        `movable` reads only those that have another destination to fail over to.
        """
        due = Delivery.objects.filter(
            state="pending", destination_id=destination_id, shard__in=shards, next_attempt_at__lte=Now()
        )
        if movable:
            due = due.exclude(fallbacks=[])
        if upto is not None:
            due = due.filter(entry_id__lte=upto)
        due = due.filter(Q(partitionkey=None) | ~Exists(_ahead_of_its_key()))
        columns = (
            "destination_id", "fallbacks", "rule_id", "table_version", "reach", "attempts", "first_failed_at",
            "held_base_seconds", "ambiguous_since", "entry__accepted_at", "shard", "partitionkey",
            *(f"entry__{name}" for name in ENTRY),
        )  # fmt: skip
        now = time.monotonic()
        rows = due.annotate(clock=Now()).order_by("entry_id").values_list("clock", *columns)[:limit]
        return [_stored_work(now, *row) for row in rows]

    def note(
        self, token: UUID, lane: str, shards: Collection[int], *, upto: int, size: int, table_version: int, tries: int
    ) -> int:
        """Write down a batch before anything of it is published; returns the note's id."""
        return BatchNote.objects.create(
            token=token,
            lane=lane,
            shards=sorted(shards),
            upto=upto,
            size=size,
            table_version=table_version,
            tries=tries,
        ).pk

    def settle(self, token: UUID, settlement: Settlement) -> set[int]:
        """Write the outcome of a batch in one transaction, for the shards whose leases `token` still holds.

        Returns the shards that were lost. Entries settled before are left as they are, so the same settling may be
        tried again after a broken connection.
        """
        with transaction.atomic(using=self.using):
            held = self._lock(token, settlement.shards())
            lost = settlement.shards() - held
            if lost:
                settlement.keep_only(held)
            if settlement.done:
                settlement.keep_entries(self._take_off(settlement))
            self._write(settlement)
            if settlement.note is not None:
                self._strike(settlement.note)
        return lost

    def _lock(self, token: UUID, shards: set[int]) -> set[int]:
        leases = ShardLease.objects.select_for_update().filter(token=token, shard__in=shards).order_by("shard")
        return set(leases.values_list("shard", flat=True))

    def _take_off(self, settlement: Settlement) -> set[int]:
        """Delete the pending marks; returns the sequences that still had one, or whose rows are not there yet."""
        waiting = PendingEntry.objects.filter(pk__in=[entry.sequence for entry in settlement.done])
        found = set(waiting.values_list("pk", flat=True))
        waiting.delete()
        return found

    def _strike(self, note: int) -> None:
        BatchNote.objects.filter(pk=note).delete()

    def _write(self, settlement: Settlement) -> None:
        Unrouted.objects.bulk_create(
            [Unrouted(pk=entry.sequence, table_version=settlement.table_version) for entry in settlement.unrouted],
            ignore_conflicts=True,
        )
        self._insert_arrived(settlement.arrived)
        self._insert(settlement.inserts)
        self._update(settlement.updates)
        self._write_tries([change for change in (*settlement.inserts, *settlement.updates) if change.tries])

    def _insert_arrived(self, changes: Sequence[Change]) -> None:
        self._insert(changes)

    def _insert(self, changes: Sequence[Change]) -> None:
        Delivery.objects.bulk_create([_row(change) for change in changes], ignore_conflicts=True)

    def _update(self, changes: Sequence[Change]) -> None:
        for change in changes:
            row = Delivery.objects.filter(
                entry_id=change.entry.sequence, destination_id=change.row_destination, state="pending"
            )
            fields = _fields(change)
            if change.state == "pending" and change.error_class is None:
                del fields["error_class"], fields["error"]
            row.update(**fields)

    def _write_tries(self, changes: Sequence[Change]) -> None:
        if not changes:
            return
        rows = Delivery.objects.filter(entry_id__in=[change.entry.sequence for change in changes])
        ids = {
            (entry, destination): pk for pk, entry, destination in rows.values_list("pk", "entry_id", "destination_id")
        }
        Attempt.objects.bulk_create(
            Attempt(
                delivery_id=ids[change.entry.sequence, change.destination_id],
                destination_id=each.destination_id,
                number=each.number,
                duration_seconds=each.duration,
                outcome=each.outcome,
                error_class=each.error_class,
                error=each.error,
            )
            for change in changes
            for each in change.tries
            if (change.entry.sequence, change.destination_id) in ids
        )


def _ahead_of_its_key() -> Any:
    """Waiting deliveries that must go before the outer one and cannot go with it.

    Of the same key and an overlapping reach, and earlier; unless they are due at the same destination with the same
    reach: those are read along, in front of it.
    """
    shared = CombinedExpression(F("reach"), Combinable.BITAND, OuterRef("reach"), output_field=BigIntegerField())
    earlier = Delivery.objects.annotate(shared=shared).filter(
        state="pending", partitionkey=OuterRef("partitionkey"), entry_id__lt=OuterRef("entry_id")
    )
    alike = Q(destination_id=OuterRef("destination_id"), reach=OuterRef("reach"), next_attempt_at__lte=Now())
    return earlier.exclude(shared=0).exclude(alike)


def _entry(
    now: float,
    clock: datetime,
    accepted_at: datetime,
    shard: int,
    partitionkey: str | None,
    sequence: int,
    uuid: UUID,
    *event: Any,
) -> Entry:
    accepted = now - (clock - accepted_at).total_seconds()
    return Entry(sequence, shard, partitionkey, uuid.hex, CloudEvent.stored(*event), accepted)


def _stored_work(
    now: float,
    clock: datetime,
    destination_id: int,
    fallbacks: list[int],
    rule_id: int,
    table_version: int,
    reach: int,
    attempts: int,
    failed: datetime | None,
    held_base: float,
    silent: datetime | None,
    *entry: Any,
) -> Work:
    past = Past(attempts, _seconds(clock, failed), held_base, _seconds(clock, silent))
    return Work(
        _entry(now, clock, *entry), destination_id, tuple(fallbacks), rule_id, table_version,
        reach or reach_of([destination_id]), stored=True, past=past,
    )  # fmt: skip


def _seconds(now: datetime, since: datetime | None) -> float | None:
    return None if since is None else (now - since).total_seconds()


def _fields(change: Change) -> dict[str, Any]:
    """The columns an update writes."""
    finished = change.state != Delivery.State.PENDING
    fields: dict[str, Any] = {
        "destination_id": change.destination_id,
        "state": change.state,
        "attempts": change.attempts,
        "receipt": change.receipt,
        "duplicate": change.duplicate,
        "possible_duplicate": change.possible_duplicate,
        "fallbacks": list(change.fallbacks),
        "error_class": change.error_class,
        "error": change.error,
        "held_base_seconds": change.held_base,
        "finished_at": Now() if finished else None,
        "next_attempt_at": None if change.delay is None else Now() + timedelta(seconds=change.delay),
    }
    if change.restart:
        fields["first_failed_at"] = fields["ambiguous_since"] = None
    if change.failed:
        fields["first_failed_at"] = _first("first_failed_at")
    if change.silent:
        fields["ambiguous_since"] = _first("ambiguous_since")
    return fields


def _first(column: str) -> Any:
    return Coalesce(F(column), Now())


def _row(change: Change) -> Delivery:
    fields = _fields(change)
    if change.failed:
        fields["first_failed_at"] = Now()
    if change.silent:
        fields["ambiguous_since"] = Now()
    return Delivery(
        entry_id=change.entry.sequence,
        rule_id=change.rule_id,
        table_version=change.table_version,
        shard=change.entry.shard,
        partitionkey=change.entry.partitionkey,
        reach=change.reach,
        **fields,
    )
