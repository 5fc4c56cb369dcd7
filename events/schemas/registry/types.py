"""Saving and deleting event types: whether their events are let in, and how."""

from typing import Any

import structlog
from django.db import IntegrityError, transaction

from events.audit.record import record
from events.models import EventType, LegacyType, SchemaVersion
from events.problem import Problem
from events.revision import claimed
from events.schemas.errors import LEGACY_HAS_NAME, NAME_TAKEN, RegistryError, TypeInUseError
from events.schemas.registry.fields import problems_of_fields, problems_of_name
from events.schemas.registry.number import bump
from events.schemas.registry.stamping import problems_of_stamping
from events.who import Actor, named

log = structlog.get_logger(__name__)

SUBJECT = "event type"

AUDITED = (
    "name", "category", "owner", "description", "criticality", "allowed", "blocked_reason", "on_invalid",
    "data_version", "migrate",
)  # fmt: skip
RENAMED = Problem("/name", "a type whose versions were activated keeps its name: stored events bear it")


def save_type(event_type: EventType, *, expected: int | None, by: Actor) -> EventType:
    """Save a type; ingest goes by it from the commit on. Raises RegistryError, EditConflictError.

    `expected` is the revision that somebody looked at, None for a new type only.
    """
    with claimed(event_type, expected):
        before = _stored(event_type)
        if problems := _problems(event_type):
            raise RegistryError(problems)
        _write(event_type)
        bump()
        # Whoever makes a legacy type of this name has bumped before or waits for this: one of the two sees the other.
        if LegacyType.objects.filter(name=event_type.name).exists():
            raise RegistryError([LEGACY_HAS_NAME])
        act = "event_type.changed" if before else "event_type.created"
        record(act, SUBJECT, event_type.pk, before=before, after=_stored(event_type), by=by)
    log.info(
        "type.saved", type_id=event_type.pk, revision=event_type.revision, created=expected is None, by=named(by)
    )  # fmt: skip
    return event_type


def delete_type(event_type: EventType, *, expected: int, by: Actor) -> None:
    """Delete a type with its drafts. Raises TypeInUseError once a version was active, EditConflictError."""
    id_ = event_type.pk
    with claimed(event_type, expected):
        activated = _activated(event_type)
        if activated:
            raise TypeInUseError([f"version {number} was activated: block the type instead" for number in activated])
        drafts = SchemaVersion.objects.filter(event_type=event_type)
        numbers = list(drafts.order_by("pk").values_list("version", flat=True))
        before = {**(_stored(event_type) or {}), "drafts": numbers}
        drafts.delete()
        event_type.delete()
        bump()
        record("event_type.deleted", SUBJECT, id_, before=before, by=by)
    log.info("type.deleted", type_id=id_, revision=expected, by=named(by))


def _stored(event_type: EventType) -> dict[str, Any] | None:
    """The type for its audit record."""
    row = EventType.objects.filter(pk=event_type.pk).first()
    return {name: getattr(row, name) for name in AUDITED} if row else None


def _problems(event_type: EventType) -> list[Problem]:
    found = [
        *problems_of_fields(event_type, lines=("name", "category", "owner", "blocked_reason"), texts=("description",)),
        *problems_of_name(event_type.name),
        *problems_of_stamping(event_type),
    ]
    others = EventType.objects.exclude(pk=event_type.pk)
    if others.filter(name=event_type.name).exists():
        found.append(NAME_TAKEN)
    was = EventType.objects.filter(pk=event_type.pk).values_list("name", flat=True).first()
    if was not in (None, event_type.name) and _activated(event_type):
        found.append(RENAMED)
    return found


def _activated(event_type: EventType) -> list[str]:
    versions = SchemaVersion.objects.filter(event_type=event_type).exclude(status=SchemaVersion.Status.DRAFT)
    return list(versions.values_list("version", flat=True)[:5])


def _write(event_type: EventType) -> None:
    try:
        with transaction.atomic():
            event_type.save()
    except IntegrityError as error:
        # Somebody saved another type by this name since the look at it.
        raise RegistryError([NAME_TAKEN]) from error
