"""A migration tried on data that somebody has at hand. Nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from events.models import SchemaVersion
from events.schemas.documents.document import parse_schema
from events.schemas.documents.faults import Fault
from events.schemas.documents.validator import compile_validator
from events.schemas.evolution.steps import parse_steps
from events.schemas.registry.paths import Leg, migration_path
from events.schemas.registry.read import schema_of


class NoPathError(Exception):
    """No migration leads from the one version to the other."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of the data; its faults under the version it was of, and under the one it was to be of."""

    data: Any
    legs: Sequence[Leg]
    faults_before: Sequence[Fault]
    faults_after: Sequence[Fault]


def try_migration(start: SchemaVersion, goal: SchemaVersion, data: Any) -> Trial:
    """Raises NoPathError, and MigrationError for data that the steps cannot be applied to."""
    legs = migration_path(start.event_type, start.version, goal.version)
    if legs is None:
        raise NoPathError(f"no migration leads from {start.version} to {goal.version}")
    migrated = data
    for leg in legs:
        migrated = parse_steps(leg.steps).apply(migrated)
    return Trial(migrated, legs, _faults(start, data), _faults(goal, migrated))


def _faults(version: SchemaVersion, data: Any) -> Sequence[Fault]:
    return compile_validator(parse_schema(schema_of(version))).faults(data)
