"""Saving and deleting legacy types: what producers used to send is taken for a version of today's type."""

from typing import Any

import structlog
from django.db import IntegrityError, transaction

from events.audit.record import record
from events.models import EventType, LegacyType, SchemaVersion
from events.problem import Problem
from events.revision import claimed
from events.schemas.documents.errors import SchemaError
from events.schemas.errors import LEGACY_NAME_TAKEN, TYPE_HAS_NAME, RegistryError
from events.schemas.evolution.steps import parse_steps
from events.schemas.registry.fields import problems_of_fields, problems_of_name
from events.schemas.registry.number import bump
from events.who import Actor, named

log = structlog.get_logger(__name__)

SUBJECT = "legacy type"

NO_DRAFT = Problem("/version", "a draft decides about no events: activate it first")


def save_legacy(legacy: LegacyType, *, expected: int | None, by: Actor) -> LegacyType:
    """Save a legacy type; ingest goes by it from the commit on. Raises RegistryError, EditConflictError.

    `expected` is the revision that somebody looked at, None for a new one only.
    """
    with claimed(legacy, expected):
        before = _stored(legacy)
        if problems := _problems(legacy):
            raise RegistryError(problems)
        _write(legacy)
        bump()
        # Whoever makes an event type of this name has bumped before or waits for this: one of the two sees the other.
        if EventType.objects.filter(name=legacy.name).exists():
            raise RegistryError([TYPE_HAS_NAME])
        act = "legacy_type.changed" if before else "legacy_type.created"
        record(act, SUBJECT, legacy.pk, before=before, after=_stored(legacy), reason=legacy.note, by=by)
    log.info("legacy_type.saved", legacy_id=legacy.pk, version_id=legacy.version_id, revision=legacy.revision,
             created=expected is None, by=named(by))  # fmt: skip
    return legacy


def delete_legacy(legacy: LegacyType, *, expected: int, by: Actor) -> None:
    """Forget a legacy type: its events are of an unknown type from now on. Raises EditConflictError."""
    id_ = legacy.pk
    with claimed(legacy, expected):
        before = _stored(legacy)
        legacy.delete()
        bump()
        record("legacy_type.deleted", SUBJECT, id_, before=before, by=by)
    log.info("legacy_type.deleted", legacy_id=id_, revision=expected, by=named(by))


def _stored(legacy: LegacyType) -> dict[str, Any] | None:
    """The legacy type for its audit record."""
    row = LegacyType.objects.select_related("version__event_type").filter(pk=legacy.pk).first()
    if row is None:
        return None
    taken_for = {"type": row.version.event_type.name, "version": row.version.version}
    return {"name": row.name, **taken_for, "steps": row.steps, "note": row.note}


def _problems(legacy: LegacyType) -> list[Problem]:
    found = [*problems_of_fields(legacy, lines=("name", "note")), *problems_of_name(legacy.name)]
    if LegacyType.objects.exclude(pk=legacy.pk).filter(name=legacy.name).exists():
        found.append(LEGACY_NAME_TAKEN)
    status = SchemaVersion.objects.filter(pk=legacy.version_id).values_list("status", flat=True).first()
    if status == SchemaVersion.Status.DRAFT:
        found.append(NO_DRAFT)
    try:
        parse_steps(legacy.steps)
    except SchemaError as error:
        found += [Problem(f"/steps{place}", message) for place, message in error.problems]
    return found


def _write(legacy: LegacyType) -> None:
    try:
        with transaction.atomic():
            legacy.save()
    except IntegrityError as error:
        # Somebody saved another one by this name since the look at it.
        raise RegistryError([LEGACY_NAME_TAKEN]) from error
