"""What a version would have made of the newest stored events of its type, had it decided about them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Max

from events.envelope.attributes import is_json
from events.models import OutboxEntry, SchemaVersion
from events.schemas.documents.document import parse_schema
from events.schemas.documents.faults import Fault
from events.schemas.documents.validator import compile_validator
from events.schemas.evolution.errors import MigrationError
from events.schemas.evolution.steps import parse_steps
from events.schemas.registry.read import schema_of

LIMIT = 10_000
SAMPLES = 20
# Entries have no index by type: so far back it is looked for events of one, however rare they are.
WINDOW = 10
SLICE = 1_000
NO_JSON = Fault("", "type", "is no JSON")


@dataclass(frozen=True, slots=True)
class Sample:
    """A stored event that would fail, and why."""

    uuid: UUID
    faults: Sequence[Fault]


@dataclass(frozen=True, slots=True)
class Consequences:
    """Of `looked_at` events, the newest of the type, so many would be `failing`, and `mended` of these would be valid
    after the version's migration.
    """

    looked_at: int
    failing: int
    mended: int
    samples: Sequence[Sample]


def would_fail(version: SchemaVersion, limit: int = LIMIT, *, tenant: str | None = None) -> Consequences:
    """Look at the newest events of the version's type, among the last WINDOW * `limit` entries; of one tenant's only,
    if one is named. Raises SchemaError for a draft whose schema is none.
    """
    validator = compile_validator(parse_schema(schema_of(version)))
    migration = parse_steps(version.migration_up) if version.migration_up else None
    looked_at = failing = mended = 0
    samples: list[Sample] = []
    for uuid, known, value in _events(version.event_type.name, limit, tenant):
        looked_at += 1
        if known and validator.is_valid(value):
            continue
        failing += 1
        mended += known and migration is not None and _fits(validator, migration, value)
        if len(samples) < SAMPLES:
            samples.append(Sample(uuid, validator.faults(value) if known else [NO_JSON]))
    return Consequences(looked_at, failing, mended, samples)


def _fits(validator: Any, migration: Any, value: Any) -> bool:
    try:
        return bool(validator.is_valid(migration.apply(value)))
    except MigrationError:
        return False


def _events(name: str, limit: int, tenant: str | None) -> Iterator[tuple[UUID, bool, Any]]:
    """The uuid, whether the data is JSON, and its value; the newest first."""
    newest = OutboxEntry.objects.aggregate(newest=Max("sequence"))["newest"] or 0
    rows = OutboxEntry.objects.filter(type=name, sequence__gt=newest - WINDOW * limit).order_by("-sequence")
    if tenant is not None:
        rows = rows.filter(tenant=tenant)
    columns = rows.values_list("uuid", "datacontenttype", "data", "data_base64")
    for uuid, datacontenttype, data, base64 in columns[:limit].iterator(SLICE):
        known = is_json(datacontenttype) and not base64
        yield uuid, known, None if data is None or not known else orjson.loads(data)
