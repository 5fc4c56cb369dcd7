"""Publishing: the enabled policies become a numbered, immutable set; rolling back publishes an older one again.

Ingest goes by the newest set from the commit on: the registry's number tells every process to read again.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import structlog
from django.contrib.auth.models import User
from django.db import connection, transaction

from events.api_keys import Caller
from events.audit.record import record
from events.models import PiiPolicy, PiiPolicySet
from events.pii.policies.decide import FORMAT, PolicySet
from events.pii.policies.errors import PolicyError
from events.pii.publishing.drafts import SUBJECT, raw_policy
from events.problem import Problem
from events.schemas.registry.number import bump
from events.who import Actor, named

log = structlog.get_logger(__name__)

Snapshot: TypeAlias = dict[str, Any]
PUBLISH_LOCK = 7_305_110_003
"""Of PostgreSQL's advisory locks: held by whoever publishes, to the end of the transaction."""
MAX_POLICIES = 1_000
NO_NOTE = Problem("/note", "say in a note why: whoever looks for a cause later reads it first")
CHANGED = Problem("", "somebody changed the policies meanwhile: look again")
PUBLISHED = Problem("", "another set of policies was published meanwhile: look again")


class PublishError(Exception):
    """The policies cannot be published as they are; `problems` says why, with places in the snapshot."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{place}: {message}" if place else message for place, message in self.problems))


class DraftChangedError(PublishError):
    """The policies, or the newest set, are no longer those that somebody looked at."""


class NothingToPublishError(PublishError):
    """The newest set says the same already: another one would only hide who published this, and why."""


def publish(*, note: str, by: Actor, expected: str | None = None, upon: int | None = None) -> PiiPolicySet:
    """Publish the enabled policies as they are now. Raises PublishError, for a blank note as well.

    `expected` is the digest of the draft somebody looked at, `upon` the version it was compared with, 0 for none: for
    others it raises DraftChangedError. Where events are decided by these very policies, NothingToPublishError.
    """
    return _write(lambda: _expected_draft(expected), note=note, by=by, upon=upon)


def rollback(version: int, *, note: str, by: Actor, upon: int | None = None) -> PiiPolicySet:
    """Publish the snapshot of an older version again, `upon` as for `publish`.

    Raises PiiPolicySet.DoesNotExist or PublishError.
    """
    snapshot = PiiPolicySet.objects.get(version=version).snapshot
    return _write(lambda: snapshot, note=note, by=by, restored_from=version, upon=upon)


def draft_snapshot() -> Snapshot:
    """The enabled policies in the order they are tried."""
    rows = PiiPolicy.objects.filter(enabled=True).order_by("-priority", "name")
    return {"format": FORMAT, "policies": [*map(raw_policy, rows)]}


def digest(snapshot: Snapshot) -> str:
    return hashlib.sha256(json.dumps(snapshot, sort_keys=True).encode()).hexdigest()


def differs(newest: PiiPolicySet | None, snapshot: Snapshot) -> bool:
    """Whether publishing a snapshot upon the newest set would change anything."""
    return newest is None or newest.snapshot["policies"] != snapshot["policies"]


def draft_differs() -> bool:
    """Whether publishing would change anything."""
    return differs(PiiPolicySet.objects.newest(), draft_snapshot())


def problems_of(snapshot: Snapshot) -> list[Problem]:
    """Everything that keeps a snapshot from being published, with places in it."""
    if len(snapshot["policies"]) > MAX_POLICIES:
        return [Problem("/policies", f"at most {MAX_POLICIES} policies are published together")]
    try:
        PolicySet.compile(snapshot)
    except PolicyError as error:
        return [Problem(*fault) for fault in error.faults]
    return []


def _expected_draft(expected: str | None) -> Snapshot:
    draft = draft_snapshot()
    if expected is not None and digest(draft) != expected:
        raise DraftChangedError([CHANGED])
    return draft


def _write(
    read: Callable[[], Snapshot], *, note: str, by: Actor, upon: int | None, restored_from: int | None = None
) -> PiiPolicySet:
    if not note.strip():
        raise PublishError([NO_NOTE])
    made = _insert(read, note=note.strip(), by=by, upon=upon, restored_from=restored_from)
    log.info("pii_policies.published", version=made.version, restored_from=restored_from, by=named(by))
    return made


@transaction.atomic
def _insert(
    read: Callable[[], Snapshot], *, note: str, by: Actor, upon: int | None, restored_from: int | None
) -> PiiPolicySet:
    _wait_for_other_publishers()
    newest, snapshot = PiiPolicySet.objects.newest(), read()
    _compare_with_newest(newest, snapshot, upon)
    if problems := problems_of(snapshot):
        raise PublishError(problems)
    made = PiiPolicySet.objects.create(
        version=newest.version + 1 if newest else 1,
        snapshot=snapshot,
        note=note,
        published_by=by if isinstance(by, User) else None,
        published_by_key_id=by.key_id if isinstance(by, Caller) else None,
        restored_from=restored_from,
    )
    act = "pii_policies.published" if restored_from is None else "pii_policies.rolled_back"
    bump()
    record(act, SUBJECT, before=_audited(newest), after=_audited(made), reason=note, by=by)
    return made


def _audited(published: PiiPolicySet | None) -> dict[str, Any] | None:
    """The set itself is kept with its number for good."""
    if published is None:
        return None
    told = {"version": published.version, "digest": digest(published.snapshot)}
    return told if published.restored_from is None else {**told, "restored_from": published.restored_from}


def _compare_with_newest(newest: PiiPolicySet | None, snapshot: Snapshot, upon: int | None) -> None:
    if newest and not differs(newest, snapshot):
        raise NothingToPublishError([Problem("", f"nothing was published: {newest} says the same")])
    # Somebody's rollback in an emergency must not be undone by who has not seen it.
    if upon is not None and upon != (newest.version if newest else 0):
        raise DraftChangedError([PUBLISHED])


def _wait_for_other_publishers() -> None:
    """So that the number and the drafts are both read after the last publish was committed.

    SQLite needs nothing: its transactions here begin with the write lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISH_LOCK])
