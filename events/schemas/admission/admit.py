"""The decision about events that are handed in: by their type, and by the schema of their version.

Nothing is looked up here but in the rulebook, and nothing is waited for.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from events.envelope import CloudEvent, EnvelopeError, Extension
from events.envelope.attributes import is_json
from events.envelope.json_text import parse_json
from events.schemas.admission.decision import Admission, Admitted, NotAdmittedError, Refusal
from events.schemas.admission.naming import DEPRECATED, EXTENSION, NamingError, named_version, renamed
from events.schemas.admission.rulebook import KnownLegacy, KnownType, KnownVersion, Rulebook, Steps
from events.schemas.documents.faults import Fault
from events.schemas.evolution.errors import MigrationError

MAX_FAULTS_KEPT = 20
UNKNOWN_TYPE = Admission(unknown="type")
NO_SCHEMA = Admission(unknown="schema")


class _RefusedError(Exception):
    """One event is refused."""

    def __init__(self, code: str, pointer: str, detail: str, faults: Sequence[Fault] = ()) -> None:
        self.refusal = Refusal(code, pointer, detail, tuple(faults))
        super().__init__(detail)


def admit(events: Sequence[CloudEvent], book: Rulebook) -> list[Admitted]:
    """Decide about each event, in order; all are let in, or NotAdmittedError names every one that is not."""
    admitted: list[Admitted] = []
    refusals: list[Refusal] = []
    for index, event in enumerate(events):
        try:
            admitted.append(_decide(event, book))
        except _RefusedError as refused:
            refusals.append(replace(refused.refusal, index=index))
        except EnvelopeError as error:
            # What a migration made of it.
            refusals.append(Refusal("migration-failed", error.pointer, error.reason, index=index))
    if refusals:
        raise NotAdmittedError(refusals, len(events))
    return admitted


def _decide(event: CloudEvent, book: Rulebook) -> Admitted:
    known = book.types.get(event.type)
    if known is None:
        return _unregistered(event, book)
    _check_allowed(known)
    if not known.versions:
        return Admitted(event, NO_SCHEMA)
    try:
        value = _value(event)
    except _RefusedError as refused:
        if known.refuses_invalid:
            raise
        return Admitted(event, Admission(faults=(Fault("", "type", refused.refusal.detail),)))
    version = _version(event, known, value)
    if known.stamps_data_version and type(value) is dict and value.get("version") != version.number:
        value = _exact(event) | {"version": version.number}
        event = replace(event, data=_text(value))
    if version.status in known.migrates:
        return _migrated(event, known, version, [], book)
    if version.status == "retired":
        raise _RefusedError("schema-retired", "", f"version {version.number} of {known.name} is retired")
    if not book.judge(version.root).is_valid(value):
        return _unfit(event, known, version, book.judge(version.root).faults(value))
    return Admitted(_told(event, version), version.as_is, value)


def _unregistered(event: CloudEvent, book: Rulebook) -> Admitted:
    legacy = book.legacy.get(event.type)
    if legacy is not None:
        return _renewed(event, legacy, book)
    if book.refuses_unknown:
        raise _RefusedError("unknown-type", "/type", "the type is not registered")
    return Admitted(event, UNKNOWN_TYPE)


def _renewed(event: CloudEvent, legacy: KnownLegacy, book: Rulebook) -> Admitted:
    _check_allowed(legacy.today)
    admitted = _migrated(event, legacy.today, legacy.version, [legacy.steps], book)
    return Admitted(admitted.event, replace(admitted.admission, legacy_type=event.type))


def _check_allowed(known: KnownType) -> None:
    if not known.allowed:
        reason = f": {known.blocked_reason}" if known.blocked_reason else ""
        raise _RefusedError("type-blocked", "/type", f"events of type {known.name} are not taken{reason}")


def _version(event: CloudEvent, known: KnownType, value: Any) -> KnownVersion:
    """The version that the event is of: the one it names, or else the active one."""
    try:
        named = named_version(event, known, value)
    except NamingError as error:
        fault = error
    else:
        if named is not None:
            return known.versions[named]
        if known.active is not None:
            return known.active
        raise _RefusedError("no-active-version", "", f"{known.name} has no active version: name one of the others")
    raise _RefusedError("unknown-version", fault.pointer, fault.detail)


def _unfit(event: CloudEvent, known: KnownType, version: KnownVersion, faults: Sequence[Fault]) -> Admitted:
    if known.refuses_invalid:
        raise _RefusedError("schema-invalid", "/data", f"does not fit version {version.number} of {known.name}", faults)
    admission = replace(version.as_is, faults=tuple(faults[:MAX_FAULTS_KEPT]))
    return Admitted(event if version.status == "active" else _marked(event, version), admission)


def _migrated(
    event: CloudEvent, known: KnownType, version: KnownVersion, before: Sequence[Steps], book: Rulebook
) -> Admitted:
    """The event as one of the active version. It must fit the version it says it is of, and then the active one."""
    active = known.active
    way = () if version is active else known.ways.get(version.number)
    if active is None or way is None:
        raise _RefusedError(
            "no-migration", "", f"version {version.number} of {known.name} has no way to the active one"
        )
    data = _applied(before, _exact(event), version)
    if faults := book.judge(version.root).faults(data):
        raise _RefusedError("schema-invalid", "/data", f"does not fit version {version.number} of {known.name}", faults)
    data = _applied(way, data, active)
    if known.stamps_data_version and type(data) is dict:
        data = data | {"version": active.number}
    if faults := book.judge(active.root).faults(data):
        detail = f"does not fit version {active.number} of {known.name} after its migration from {version.number}"
        raise _RefusedError("migration-failed", "/data", detail, faults)
    given = None if version is active else version.number
    return Admitted(_as_of(event, known, active, data), replace(active.as_is, given=given))


def _applied(way: Sequence[Steps], data: Any, goal: KnownVersion) -> Any:
    try:
        for steps in way:
            data = steps.apply(data)
    except MigrationError as error:
        place, detail = error.place, f"cannot be migrated to version {goal.number}: {error.message}"
    else:
        return data
    raise _RefusedError("migration-failed", f"/data{place}", detail)


def _as_of(event: CloudEvent, known: KnownType, active: KnownVersion, data: Any) -> CloudEvent:
    return replace(
        event,
        type=known.name,
        dataschema=renamed(event.dataschema, active.number),
        datacontenttype=event.datacontenttype or "application/json",
        extensions=_with(event, {EXTENSION: active.number}),
        data=_text(data),
    )


def _told(event: CloudEvent, version: KnownVersion) -> CloudEvent:
    """With the mark of a deprecated version, which is ours to make, and no producer's."""
    if version.status != "active":
        return _marked(event, version)
    if DEPRECATED not in event.extensions:
        return event
    return replace(event, extensions={name: one for name, one in event.extensions.items() if name != DEPRECATED})


def _marked(event: CloudEvent, version: KnownVersion) -> CloudEvent:
    """So that consumers see it too: this producer must be told to move on."""
    return replace(event, extensions=_with(event, {EXTENSION: version.number, DEPRECATED: True}))


def _with(event: CloudEvent, extensions: Mapping[str, Extension]) -> dict[str, Extension]:
    return {**event.extensions, **extensions}


def _value(event: CloudEvent) -> Any:
    """The data, for validation. An event without data is judged as if it were null."""
    data = event.data
    if data is None:
        return None
    if type(data) is str and is_json(event.datacontenttype):
        # Known to be JSON since the event was made.
        return orjson.loads(data)
    return _exact(event)


def _exact(event: CloudEvent) -> Any:
    """The data with its integers as they are, however long."""
    data = event.data
    if data is None:
        return None
    if not is_json(event.datacontenttype) or (type(data) is bytes and event.datacontenttype is None):
        raise _RefusedError("schema-invalid", "/data", "must be JSON: its type has a schema")
    if type(data) is bytes:
        try:
            parse_json(data)
        except EnvelopeError as error:
            fault = error
        else:
            return json.loads(data)
        raise _RefusedError("schema-invalid", f"/data{fault.pointer}", fault.reason)
    return json.loads(data)


def _text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
