"""Storing through the ORM, for SQLite: it has one writer at a time, so nobody waits for a row."""

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

from events.models import OutboxEntry, PendingEntry
from events.schemas.registry.number import current as registry_number
from events.storing.held_key import check_key
from events.storing.known import Identity, Known, KnownEntries, Terms
from events.storing.row import Row, identities


def store(connection: BaseDatabaseWrapper, rows: Sequence[Row], terms: Terms) -> KnownEntries | None:
    """Store what is not stored yet; None, and nothing stored, if the registry has another number by now.

    Returns the entries of these identities if some were stored before, nothing if none was. Raises `KeyRevoked`.
    """
    using = connection.alias
    check_key(connection, terms.key)
    if registry_number(using) != terms.number:
        return None
    entries = OutboxEntry.objects.using(using)
    entries.bulk_create([_entry(row, terms.tenant) for row in rows], ignore_conflicts=True)
    sequences = dict(entries.filter(uuid__in=[row.uuid for row in rows]).values_list("uuid", "sequence"))
    PendingEntry.objects.using(using).bulk_create(
        PendingEntry(entry_id=sequences[row.uuid], shard=row.shard, partitionkey=row.partitionkey)
        for row in rows
        if row.uuid in sequences
    )
    return {} if len(sequences) == len(rows) else look_up(connection, identities(rows), terms.tenant)


def _entry(row: Row, tenant: str) -> OutboxEntry:
    columns = row._asdict()
    del columns["shard"]
    return OutboxEntry(tenant=tenant, **columns)


def look_up(connection: BaseDatabaseWrapper, wanted: Sequence[Identity], tenant: str) -> KnownEntries:
    """The entries of these identities, and maybe others."""
    sources, ids = map(set, zip(*wanted, strict=True))
    found = (
        OutboxEntry.objects.using(connection.alias)
        .filter(tenant=tenant, source__in=sources, event_id__in=ids)
        .values_list("source", "event_id", "uuid", "fingerprint")
    )
    return {(source, event_id): Known(uuid, bytes(print_)) for source, event_id, uuid, print_ in found}
