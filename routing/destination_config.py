"""Saving a destination: its config held against its kind, in force from the next batch on."""

from collections.abc import Iterator
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from events.audit.record import record
from events.problem import Problem, RefusedError, field_problems
from events.revision import claimed
from events.who import Actor, named
from routing.matching.errors import pointer
from routing.models import Delivery, Destination, DestinationHealth
from routing.publishers.registry import validate_config

log = structlog.get_logger(__name__)

SUBJECT = "destination"

NAME_TAKEN = Problem("/name", "another destination has this name")
KIND_STAYS = Problem("/kind", "events were sent to it, so its kind stays as it is: make another destination")


SWALLOWS = Problem("/kind", "is for tests: it would keep in memory what is sent to it, and lose it")


class DestinationError(RefusedError):
    """A destination is not saved as it is."""


def save_destination(destination: Destination, *, expected: int | None, by: Actor) -> Destination:
    """Save a destination. Raises DestinationError, or EditConflictError for a stale revision.

    `expected` is the revision that somebody looked at, None for a new destination only. Whether it is paused is not
    saved here: that is for `routing.destinations`.
    """
    with claimed(destination, expected):
        before = stored(destination)
        if problems := config_problems(destination):
            raise DestinationError(problems)
        _write(destination)
        act = "destination.changed" if before else "destination.created"
        record(act, SUBJECT, destination.pk, before=before, after=stored(destination), by=by)
        # Not in here: who pauses a destination takes the same two rows the other way round.
        transaction.on_commit(lambda: _probe_now(destination), robust=True)
    log.info(
        "destination.saved",
        destination_id=destination.pk, revision=destination.revision, created=expected is None, by=named(by),
    )  # fmt: skip
    return destination


def stored(destination: Destination) -> dict[str, Any] | None:
    """The destination for its audit record. Of secrets a config holds references, never values."""
    row = Destination.objects.filter(pk=destination.pk).first()
    return {name: getattr(row, name) for name in _settings()} if row else None


def kinds() -> list[str]:
    """The kinds that a destination can be of in this installation."""
    return [kind for kind in Destination.Kind.values if kind != Destination.Kind.MEMORY or settings.MEMORY_DESTINATIONS]


def config_problems(destination: Destination) -> list[Problem]:
    """Everything that keeps a destination from being saved. Opens no connection, resolves no secret."""
    return [*_of_fields(destination), *_of_config(destination), *_of_kind(destination)]


def _of_fields(destination: Destination) -> Iterator[Problem]:
    try:
        destination.clean_fields(exclude={"config", "paused", "paused_reason"})
    except ValidationError as error:
        yield from field_problems(error)
    if Destination.objects.exclude(pk=destination.pk).filter(name=destination.name).exists():
        yield NAME_TAKEN
    if destination.backoff_cap_seconds < destination.backoff_base_seconds:
        yield Problem("/backoff_cap_seconds", "must not be less than backoff_base_seconds")


def _of_config(destination: Destination) -> Iterator[Problem]:
    for key, message in validate_config(destination.kind, destination.config):
        yield Problem(pointer("/config", key) if key else "/config", message)


def _of_kind(destination: Destination) -> Iterator[Problem]:
    if destination.kind == Destination.Kind.MEMORY and not settings.MEMORY_DESTINATIONS:
        yield SWALLOWS
    kind = Destination.objects.filter(pk=destination.pk).values_list("kind", flat=True).first()
    if kind not in (None, destination.kind) and Delivery.objects.filter(destination=destination).exists():
        yield KIND_STAYS


def _write(destination: Destination) -> None:
    try:
        with transaction.atomic():
            # What operators turn meanwhile is not to be turned back.
            destination.save(update_fields=[*_settings(), "revision"] if destination.pk else None)
    except IntegrityError as error:
        # Somebody saved another destination by this name since the look at it.
        raise DestinationError([NAME_TAKEN]) from error


def _settings() -> list[str]:
    live = {"id", "revision", "paused", "paused_reason"}
    return [field.name for field in Destination._meta.concrete_fields if field.name not in live]


def _probe_now(destination: Destination) -> None:
    """What was mended is tried at once, not when the next probe would have been due."""
    down = DestinationHealth.objects.filter(destination=destination, unreachable_since__isnull=False)
    down.update(next_probe_at=Now())
