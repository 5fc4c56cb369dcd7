"""Saving and deleting drafts of schema versions: ingest does not see them."""

import json
from typing import Any

import structlog
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from events.audit.record import record
from events.models import SchemaVersion
from events.revision import claimed
from events.schemas.compatibility.comparison import Comparison, Counterexample
from events.schemas.errors import NUMBER_TAKEN, RegistryError, StatusError
from events.schemas.registry.assessment import Assessment, assess
from events.schemas.registry.audited import SUBJECT, stored
from events.schemas.registry.fields import problems_of_fields
from events.schemas.registry.held import holding_type
from events.who import Actor, Caller, named

log = structlog.get_logger(__name__)

IMMUTABLE = "a version that was activated stays as it is: make a new one"


def save_draft(version: SchemaVersion, text: str, *, expected: int | None, by: Actor) -> SchemaVersion:
    """Save a draft with its schema, compared with its ancestor. Raises RegistryError, StatusError, EditConflictError.

    An empty number becomes the next that fits; no ancestor, the active version; empty migrations, derived ones.
    `expected` is the revision that somebody looked at, None for a new draft only.
    """
    _refuse_unless_draft(version)
    # Before the transaction: it may take its time, and nobody has to wait for it.
    found = assess(version, text)
    if problems := (*problems_of_fields(version, lines=(), texts=("note",)), *found.problems):
        raise RegistryError(problems)
    with holding_type(version.event_type_id), claimed(version, expected):
        _refuse_unless_draft(version)
        before = stored(version)
        _take(version, text, found)
        if expected is None:
            _made_by(version, by)
        _write(version)
        act = "schema_version.changed" if before else "schema_version.created"
        record(act, SUBJECT, version.pk, before=before, after=stored(version), reason=version.note, by=by)
    log.info(
        "schema.draft_saved", type_id=version.event_type_id, version_id=version.pk, revision=version.revision,
        verdict=version.verdict, created=expected is None, by=named(by),
    )  # fmt: skip
    return version


def delete_draft(version: SchemaVersion, *, expected: int, by: Actor) -> None:
    """Delete a draft. Raises StatusError for what was activated, EditConflictError."""
    id_ = version.pk
    with claimed(version, expected):
        _refuse_unless_draft(version)
        before = stored(version)
        version.delete()
        record("schema_version.deleted", SUBJECT, id_, before=before, by=by)
    log.info("schema.draft_deleted", type_id=version.event_type_id, version_id=id_, by=named(by))


def _made_by(version: SchemaVersion, by: Actor) -> None:
    version.created_by = by if isinstance(by, User) else None
    version.created_by_key_id = by.key_id if isinstance(by, Caller) else None


def _refuse_unless_draft(version: SchemaVersion) -> None:
    """By what is stored: once claimed, it cannot change before the end of the transaction."""
    status = SchemaVersion.objects.filter(pk=version.pk).values_list("status", flat=True).first()
    if status not in (None, SchemaVersion.Status.DRAFT):
        raise StatusError(status, IMMUTABLE)


def _take(version: SchemaVersion, text: str, found: Assessment) -> None:
    version.status, version.draft, version.root = SchemaVersion.Status.DRAFT, text, ""
    version.version, version.ancestor = found.number, found.ancestor
    version.migration_up, version.migration_down = list(found.up), list(found.down)
    version.verdict, version.changelog = found.verdict, found.changelog
    comparison = found.comparison
    version.decided = comparison.decided if comparison else True
    version.changes = [change.as_json() for change in comparison.changes] if comparison else []
    version.counterexample = _counterexample(comparison)


def _counterexample(comparison: Comparison | None) -> dict[str, Any] | None:
    shown = comparison.counterexample if comparison else None
    if shown is None or not _storable(shown):
        return None
    return {"side": shown.side, "instance": shown.instance, "faults": [dict(fault) for fault in shown.faults]}


def _storable(shown: Counterexample) -> bool:
    """PostgreSQL keeps no U+0000 and no lone surrogate."""
    text = json.dumps(shown.instance, ensure_ascii=False)
    return "\\u0000" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _write(version: SchemaVersion) -> None:
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError as error:
        # Somebody saved another version of this number since the look at them.
        raise RegistryError([NUMBER_TAKEN]) from error
