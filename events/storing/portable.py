"""Storing through the ORM, for SQLite: it has one writer at a time, so nobody waits for a row."""

from collections.abc import Sequence

from events.models import OutboxEntry, PendingEntry
from events.storing.known import Known, KnownEntries
from events.storing.row import Row


def store(using: str, rows: Sequence[Row], tenant: str) -> KnownEntries:
    """Store what is not stored yet. Returns the entries of these identities if some were, nothing if none was."""
    entries = OutboxEntry.objects.using(using)
    entries.bulk_create([_entry(row, tenant) for row in rows], ignore_conflicts=True)
    sequences = dict(entries.filter(uuid__in=[row.uuid for row in rows]).values_list("uuid", "sequence"))
    PendingEntry.objects.using(using).bulk_create(
        PendingEntry(entry_id=sequences[row.uuid], shard=row.shard, partitionkey=row.partitionkey)
        for row in rows
        if row.uuid in sequences
    )
    return {} if len(sequences) == len(rows) else _look_up(using, rows, tenant)


def _entry(row: Row, tenant: str) -> OutboxEntry:
    columns = row._asdict()
    del columns["shard"]
    return OutboxEntry(tenant=tenant, **columns)


def _look_up(using: str, rows: Sequence[Row], tenant: str) -> KnownEntries:
    found = (
        OutboxEntry.objects.using(using)
        .filter(tenant=tenant, source__in={row.source for row in rows}, event_id__in={row.event_id for row in rows})
        .values_list("source", "event_id", "uuid", "fingerprint")
    )
    return {(source, event_id): Known(uuid, bytes(print_)) for source, event_id, uuid, print_ in found}
