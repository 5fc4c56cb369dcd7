"""A version's way: a draft becomes active, a newer one makes it deprecated, and it is retired in the end.

Each act takes effect with its commit, for ingest in every process. A type whose active version was retired has none:
its events are refused, but those that name one of its deprecated versions.
"""

import structlog
from django.contrib.auth.models import User
from django.db.models import F
from django.db.models.functions import Now

from events.audit.record import record
from events.models import SchemaPart, SchemaVersion
from events.problem import Problem
from events.revision import claimed
from events.schemas.compatibility.comparison import Verdict
from events.schemas.documents.document import parse_schema
from events.schemas.errors import ComparisonStaleError, RegistryError, StatusError
from events.schemas.parts.split import split
from events.schemas.registry.audited import SUBJECT, stored
from events.schemas.registry.changelog import with_remark
from events.schemas.registry.fields import MAX_TEXT
from events.schemas.registry.held import holding_type
from events.schemas.registry.number import bump
from events.schemas.registry.read import schema_of
from events.schemas.registry.stamping import problems_of_stamp
from events.who import Actor, Caller, named

log = structlog.get_logger(__name__)

Status = SchemaVersion.Status
NOTE_FOR_INCOMPATIBLE = Problem("/note", "say why: events that were valid will be refused")
NOTE_FOR_LAST = Problem("/note", "say why: without an active version, events that name none are refused")
LONG_NOTE = Problem("/note", f"at most {MAX_TEXT} characters, and no U+0000")


def activate(version: SchemaVersion, *, note: str, expected: int, by: Actor) -> SchemaVersion:
    """Let a draft decide about its type's events; what was active is deprecated from then on.

    Raises RegistryError without a note for an incompatible version, ComparisonStaleError if the draft was compared
    with another version than the one that is active, StatusError for no draft, EditConflictError.
    """
    with holding_type(version.event_type_id), claimed(version, expected):
        _require(version, "only a draft can be activated", Status.DRAFT)
        version.refresh_from_db()
        former = _active(version)
        if former is not None and former.pk != version.ancestor_id:
            raise ComparisonStaleError(former.version)
        _check_note(note, NOTE_FOR_INCOMPATIBLE if version.verdict == Verdict.INCOMPATIBLE.value else None)
        _check_stamp(version)
        before = stored(version)
        if former is not None:
            _deprecate(former)
        _put_into_parts(version)
        _activate(version, note.strip(), by)
        bump()
        after = {**(stored(version) or {}), "deprecates": former.version if former else None}
        record("schema_version.activated", SUBJECT, version.pk, before=before, after=after, reason=note.strip(), by=by)
    _log("activated", version, by)
    return version


def deprecate(version: SchemaVersion, *, expected: int, by: Actor) -> SchemaVersion:
    """Take a retirement back: events of the version are accepted and marked again.

    An active version is deprecated by activating another. Raises StatusError, EditConflictError.
    """
    with holding_type(version.event_type_id), claimed(version, expected):
        _require(version, "only a retired version can be made deprecated: activate another one instead", Status.RETIRED)
        version.refresh_from_db()
        before = stored(version)
        version.status, version.retired_at = Status.DEPRECATED, None
        version.save(update_fields=["status", "retired_at"])
        if version.deprecated_at is None:
            _stamp(version, "deprecated_at")
        bump()
        record("schema_version.deprecated", SUBJECT, version.pk, before=before, after=stored(version), by=by)
    _log("deprecated", version, by)
    return version


def retire(version: SchemaVersion, *, note: str = "", expected: int, by: Actor) -> SchemaVersion:
    """End a version: its events are refused, or migrated where the type says so.

    The active one can be retired too, with a note. Raises RegistryError, StatusError, EditConflictError.
    """
    with holding_type(version.event_type_id), claimed(version, expected):
        _require(version, "a draft is deleted, not retired; what is retired is so already",
                 Status.ACTIVE, Status.DEPRECATED)  # fmt: skip
        version.refresh_from_db()
        _check_note(note, NOTE_FOR_LAST if version.status == Status.ACTIVE else None)
        before, said = stored(version), note.strip()
        version.status = Status.RETIRED
        version.changelog = with_remark(version.changelog, f"Retired: {said}" if said else "")
        version.save(update_fields=["status", "changelog"])
        _stamp(version, "retired_at")
        bump()
        after = stored(version)
        record("schema_version.retired", SUBJECT, version.pk, before=before, after=after, reason=said, by=by)
    _log("retired", version, by)
    return version


def _require(version: SchemaVersion, message: str, *statuses: str) -> None:
    """By what is stored, under the lock."""
    status = SchemaVersion.objects.values_list("status", flat=True).get(pk=version.pk)
    if status not in statuses:
        raise StatusError(status, message)


def _active(version: SchemaVersion) -> SchemaVersion | None:
    return SchemaVersion.objects.filter(event_type=version.event_type_id, status=Status.ACTIVE).first()


def _check_note(note: str, needed: Problem | None) -> None:
    if needed and not note.strip():
        raise RegistryError([needed])
    if len(note) > MAX_TEXT or "\0" in note:
        raise RegistryError([LONG_NOTE])


def _check_stamp(version: SchemaVersion) -> None:
    """The type may stamp only since the draft was saved."""
    if found := list(problems_of_stamp(version.event_type, parse_schema(schema_of(version)), version.version)):
        raise RegistryError(found)


def _deprecate(former: SchemaVersion) -> None:
    rows = SchemaVersion.objects.filter(pk=former.pk)
    rows.update(status=Status.DEPRECATED, deprecated_at=Now(), revision=F("revision") + 1)


def _put_into_parts(version: SchemaVersion) -> None:
    version.root, contents = split(schema_of(version))
    # In one order for everybody: two versions of one content, activated at once, do not wait for each other.
    parts = [SchemaPart(digest=digest, content=contents[digest]) for digest in sorted(contents)]
    SchemaPart.objects.bulk_create(parts, ignore_conflicts=True)


def _activate(version: SchemaVersion, note: str, by: Actor) -> None:
    version.status, version.draft, version.activation_note = Status.ACTIVE, None, note
    version.activated_by = by if isinstance(by, User) else None
    version.activated_by_key_id = by.key_id if isinstance(by, Caller) else None
    version.save()
    _stamp(version, "activated_at")


def _stamp(version: SchemaVersion, member: str) -> None:
    """The time is the database's."""
    SchemaVersion.objects.filter(pk=version.pk).update(**{member: Now()})
    version.refresh_from_db(fields=[member])


def _log(what: str, version: SchemaVersion, by: Actor) -> None:
    log.info(
        f"schema.{what}", type_id=version.event_type_id, version_id=version.pk, revision=version.revision,
        verdict=version.verdict, by=named(by),
    )  # fmt: skip
