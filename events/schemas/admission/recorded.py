"""How an event was let in, as its outbox entry remembers it."""

from dataclasses import dataclass

import orjson

from events.models import OutboxEntry, SchemaVersion
from events.schemas.documents.faults import Fault


@dataclass(frozen=True, slots=True)
class Recorded:
    """`version` is the number of the schema version that decided, None where none did."""

    key: int | None
    version: str | None
    status: str
    unknown: str | None
    migrated_from: str | None
    legacy_type: str | None
    faults: tuple[Fault, ...]


def recorded(entry: OutboxEntry) -> Recorded:
    """One query for the number of the version."""
    members = orjson.loads(entry.admission)
    return Recorded(
        key=entry.schema_version,
        version=_number(entry.schema_version),
        status=members.get("status", "active"),
        unknown=members.get("unknown"),
        migrated_from=members.get("migrated_from"),
        legacy_type=members.get("legacy_type"),
        faults=tuple(Fault(**fault) for fault in members.get("faults", ())),
    )


def _number(key: int | None) -> str | None:
    if key is None:
        return None
    return SchemaVersion.objects.filter(pk=key).values_list("version", flat=True).first()
