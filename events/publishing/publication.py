"""Publishing: drafts become a numbered, immutable snapshot; rolling back publishes an older one again."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction

from events.audit.record import record, text_of, unrecorded
from events.models import AuditRecord, Published, PublishedQuerySet
from events.publishing.errors import (
    NO_DRAFT,
    NO_NOTE,
    DraftChangedError,
    NothingToPublishError,
    OwnChangesError,
    Problem,
    PublishError,
)
from events.publishing.four_eyes import Standing, approval, standing
from events.who import Actor, Caller, named

Row = TypeVar("Row", bound=Published)
Snapshot = dict[str, Any]
log = structlog.get_logger(__name__)
ELSE = "somebody else must"


def digest(snapshot: Snapshot) -> str:
    return hashlib.sha256(json.dumps(snapshot, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Publication(Generic[Row]):
    """One kind of thing that is published.

    `name` is what settings.FOUR_EYES calls it, `subject` and `act` are what the audit records say, `drafts` their
    subject where a draft changed, `members` what people and snapshots call the drafts, `lock` one of PostgreSQL's
    advisory locks: held by whoever publishes, to the end of the transaction. `draft` reads what would be published,
    `problems` says what keeps a snapshot from it, `hold` locks what it names or raises PublishError, and `told` says to
    others that another one counts: the last lock but that of the audit records. `unpublished` is the
    snapshot that would change nothing while none is published, if there is one.
    """

    model: type[Row]
    name: str
    subject: str
    drafts: str
    act: str
    members: str
    lock: int
    draft: Callable[[], Snapshot]
    problems: Callable[[Snapshot], Sequence[Problem]]
    hold: Callable[[Snapshot], None] = lambda _snapshot: None
    told: Callable[[], None] = lambda: None
    unpublished: Snapshot | None = None

    def publish(self, *, note: str, by: Actor, expected: str | None = None, upon: int | None = None) -> Row:
        """Publish the drafts as they are now. Raises PublishError, for a blank note as well.

        `expected` is the digest of the draft somebody looked at, `upon` the version it was compared with, 0 for none:
        for others it raises DraftChangedError. Where the same counts already, NothingToPublishError; where `by` changed
        the drafts and nobody else has approved them, OwnChangesError, if that takes four eyes.
        """
        with self._refusals_recorded(expected, note, by):
            return self._write(lambda: self._expected(expected, by), note=note, by=by, upon=upon)

    def approve(self, *, note: str, by: Actor, expected: str | None) -> Standing:
        """Put on record that somebody has looked at the draft with this digest, so that its authors may publish it.

        Raises PublishError for a blank note or no digest, DraftChangedError, and OwnChangesError for their only author.
        """
        if not note.strip():
            raise PublishError([NO_NOTE])
        with self._refusals_recorded(expected, note, by), transaction.atomic():
            self._wait_for_others()
            draft = digest(self._seen(expected))
            if self.standing(draft).only_author(named(by)):
                raise OwnChangesError([Problem("", "", f"you alone changed these {self.members}: {ELSE} approve them")])
            record(f"{self.act}.approved", self.subject, after=approval(draft), reason=note.strip(), by=by)
            found = self.standing(draft)
        log.info(f"{self.act}.approved", draft=draft, by=named(by))
        return found

    def standing(self, draft: str) -> Standing:
        """Who changed the drafts since they were published, and who approved the one with this digest."""
        return standing(drafts=self.drafts, subject=self.subject, act=self.act, draft=draft)

    @property
    def four_eyes(self) -> bool:
        return self.name in settings.FOUR_EYES

    def rollback(self, version: int, *, note: str, by: Actor, upon: int | None = None) -> Row:
        """Publish the snapshot of an older version again, `upon` as for `publish`.

        Raises the model's DoesNotExist or PublishError.
        """
        snapshot: Snapshot = self.rows.get(version=version).snapshot
        return self._write(lambda: snapshot, note=note, by=by, upon=upon, restored_from=version)

    def newest(self) -> Row | None:
        """The one that counts."""
        return self.rows.newest()

    @property
    def nothing(self) -> Snapshot:
        """What counts before anything is published."""
        return {self.members: []}

    def differs(self, newest: Row | None, snapshot: Snapshot) -> bool:
        """Whether publishing a snapshot upon the newest would change anything."""
        return bool(snapshot != (newest.snapshot if newest else self.unpublished))

    @property
    def rows(self) -> PublishedQuerySet[Row]:
        return PublishedQuerySet(self.model)

    def _expected(self, expected: str | None, by: Actor) -> Snapshot:
        if not self.four_eyes:
            return self._seen(expected, required=False)
        draft = self._seen(expected)
        # After the draft: the record of a change is there as soon as the change is.
        if self.standing(digest(draft)).alone(named(by)):
            raise OwnChangesError(
                [Problem("", "", f"you changed these {self.members}: {ELSE} approve or publish them")]
            )
        return draft

    @contextmanager
    def _refusals_recorded(self, draft: str | None, note: str, by: Actor) -> Iterator[None]:
        try:
            yield
        except OwnChangesError:
            refused, after = f"{self.act}.refused", {"draft": draft}
            known = AuditRecord.objects.filter(subject=self.subject, subject_id="", act=refused, by=named(by))
            with transaction.atomic():
                # Of the same draft once: a program may try without end.
                if unrecorded(known.filter(after=text_of(after))):
                    record(refused, self.subject, after=after, reason=note.strip(), by=by)
            raise

    def _seen(self, expected: str | None, *, required: bool = True) -> Snapshot:
        if required and expected is None:
            raise PublishError([NO_DRAFT])
        draft = self.draft()
        if expected is not None and digest(draft) != expected:
            raise DraftChangedError([Problem("", "", f"somebody changed the {self.members} meanwhile: look again")])
        return draft

    def _write(
        self,
        read: Callable[[], Snapshot],
        *,
        note: str,
        by: Actor,
        upon: int | None,
        restored_from: int | None = None,
    ) -> Row:
        if not note.strip():
            raise PublishError([NO_NOTE])
        with transaction.atomic():
            self._wait_for_others()
            newest, snapshot = self.newest(), read()
            self._compare(newest, snapshot, upon)
            if problems := self.problems(snapshot):
                raise PublishError(problems)
            self.hold(snapshot)
            made = self._insert(newest, snapshot, note.strip(), by, restored_from)
            self.told()
            act = f"{self.act}.{'published' if restored_from is None else 'rolled_back'}"
            record(
                act, self.subject, made.version, before=_audited(newest), after=_audited(made), reason=made.note, by=by
            )
        log.info(f"{self.act}.published", version=made.version, restored_from=restored_from, by=named(by))
        return made

    def _insert(self, newest: Row | None, snapshot: Snapshot, note: str, by: Actor, restored_from: int | None) -> Row:
        return self.rows.create(
            version=newest.version + 1 if newest else 1,
            snapshot=snapshot,
            note=note,
            published_by=by if isinstance(by, User) else None,
            published_by_key_id=by.key_id if isinstance(by, Caller) else None,
            restored_from=restored_from,
        )

    def _compare(self, newest: Row | None, snapshot: Snapshot, upon: int | None) -> None:
        if not self.differs(newest, snapshot):
            why = f"{newest} says the same" if newest else f"no {self.members} are enabled"
            raise NothingToPublishError([Problem("", "", f"nothing was published: {why}")])
        # Somebody's rollback in an emergency must not be undone by who has not seen it.
        if upon is not None and upon != (newest.version if newest else 0):
            raise DraftChangedError([Problem("", "", f"another {self.subject} was published meanwhile: look again")])

    def _wait_for_others(self) -> None:
        """So that the number and the drafts are both read after the last publish was committed.

        SQLite needs nothing: its transactions here begin with the write lock.
        """
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [self.lock])


def _audited(published: Published | None) -> Snapshot | None:
    """The snapshot itself is kept with its number for good."""
    if published is None:
        return None
    told = {"version": published.version, "digest": digest(published.snapshot)}
    return told if published.restored_from is None else {**told, "restored_from": published.restored_from}
