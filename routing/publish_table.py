"""Publishing: the enabled rules become a numbered, immutable routing table; rolling back publishes an older one again.

Workers look for a newer table before each batch: nothing needs to be told to them.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import structlog
from django.contrib.auth.models import User
from django.db import connection, transaction

from events.audit.record import record
from events.who import Actor, Caller, named
from routing.matching.errors import MatchingError
from routing.matching.rules import Strategy, parse_rule
from routing.matching.table import FORMAT, compile_table
from routing.models import Destination, RoutingRule, RoutingTable

log = structlog.get_logger(__name__)

SUBJECT = "routing table"

Snapshot = dict[str, Any]
PUBLISH_LOCK = 7_305_110_001
"""Of PostgreSQL's advisory locks: held by whoever publishes, to the end of the transaction."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a rule cannot be published; `place` is a JSON Pointer into the rule."""

    rule: str
    place: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.rule, self.place, self.message) if part)


NO_NOTE = Problem("", "/note", "say in a note why: whoever looks for a cause later reads it first")


class PublishError(Exception):
    """The rules cannot be published as they are; `problems` says why, all at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


class DraftChangedError(PublishError):
    """The rules, or the newest table, are no longer those that somebody looked at."""


class NothingToPublishError(PublishError):
    """The newest table says the same already: another one would only hide who published this, and why."""


def publish(*, note: str, by: Actor, expected: str | None = None, upon: int | None = None) -> RoutingTable:
    """Publish the enabled rules as they are now. Raises PublishError, for a blank note as well.

    `expected` is the digest of the draft somebody looked at, `upon` the version it was compared with, 0 for none: for
    others it raises DraftChangedError. Where workers go by these very rules, it raises NothingToPublishError.
    """
    return _write(lambda: _expected_draft(expected), note=note, by=by, upon=upon)


def rollback(version: int, *, note: str, by: Actor, upon: int | None = None) -> RoutingTable:
    """Publish the snapshot of an older version again, `upon` as for `publish`.

    Raises RoutingTable.DoesNotExist or PublishError.
    """
    snapshot = RoutingTable.objects.get(version=version).snapshot
    return _write(lambda: snapshot, note=note, by=by, restored_from=version, upon=upon)


def draft_snapshot() -> Snapshot:
    """The enabled rules in the order they are tried: one statement, so of one moment."""
    rows = (
        RoutingRule.objects.filter(enabled=True)
        .order_by("-priority", "name", "targets__position", "targets__id")
        .values(
            "id",
            "name",
            "priority",
            "type_pattern",
            "filters",
            "strategy",
            "continue_matching",
            "targets__destination_id",
            "targets__destination__name",
            "targets__condition",
        )
    )
    return {"format": FORMAT, "rules": [_rule(list(group)) for _, group in groupby(rows, key=itemgetter("id"))]}


def digest(snapshot: Snapshot) -> str:
    return hashlib.sha256(json.dumps(snapshot, sort_keys=True).encode()).hexdigest()


def _expected_draft(expected: str | None) -> Snapshot:
    draft = draft_snapshot()
    if expected is not None and digest(draft) != expected:
        raise DraftChangedError([Problem("the rules", "", "somebody changed them meanwhile: look again")])
    return draft


def draft_differs() -> bool:
    """Whether publishing would change anything."""
    return differs(RoutingTable.objects.newest(), draft_snapshot())


def differs(newest: RoutingTable | None, snapshot: Snapshot) -> bool:
    """Whether publishing a snapshot upon the newest table would change anything."""
    return newest is None or newest.snapshot["rules"] != snapshot["rules"]


def problems_of(snapshot: Snapshot) -> list[Problem]:
    """Everything that keeps a snapshot of the drafts from being published, at most one problem a rule."""
    return [problem for rule in snapshot["rules"] for problem in _problems_of(rule)]


def _rule(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    first = rows[0]
    return {
        **{key: first[key] for key in ("id", "name", "priority", "type_pattern", "filters", "strategy")},
        "continue": first["continue_matching"],
        "destinations": [
            {
                "id": row["targets__destination_id"],
                "name": row["targets__destination__name"],
                "condition": row["targets__condition"],
            }
            for row in rows
            if row["targets__destination_id"] is not None
        ],
    }


def _problems_of(rule: dict[str, Any]) -> Iterator[Problem]:
    try:
        parse_rule(rule, "")
    except MatchingError as error:
        yield Problem(rule["name"], error.place, error.message)
    # Refused rather than ignored: who writes a condition means it.
    for index, destination in enumerate(rule["destinations"]):
        if destination["condition"] and rule["strategy"] != Strategy.CONDITIONAL:
            message = "a condition takes effect with the strategy CONDITIONAL only"
            yield Problem(rule["name"], f"/destinations/{index}/condition", message)


def _write(
    read: Callable[[], Snapshot], *, note: str, by: Actor, upon: int | None, restored_from: int | None = None
) -> RoutingTable:
    if not note.strip():
        raise PublishError([NO_NOTE])
    table = _insert(read, note=note.strip(), by=by, upon=upon, restored_from=restored_from)
    log.info("table.published", version=table.version, restored_from=restored_from, by=named(by))
    return table


@transaction.atomic
def _insert(
    read: Callable[[], Snapshot], *, note: str, by: Actor, upon: int | None, restored_from: int | None
) -> RoutingTable:
    _wait_for_other_publishers()
    newest, snapshot = RoutingTable.objects.newest(), read()
    _compare_with_newest(newest, snapshot, upon)
    if problems := problems_of(snapshot):
        raise PublishError(problems)
    compile_table(snapshot)
    _hold_destinations(snapshot)
    made = RoutingTable.objects.create(
        version=newest.version + 1 if newest else 1,
        snapshot=snapshot,
        note=note,
        published_by=by if isinstance(by, User) else None,
        published_by_key_id=by.key_id if isinstance(by, Caller) else None,
        restored_from=restored_from,
    )
    act = "table.published" if restored_from is None else "table.rolled_back"
    record(act, SUBJECT, made.version, before=_audited(newest), after=_audited(made), reason=note, by=by)
    return made


def _audited(table: RoutingTable | None) -> dict[str, Any] | None:
    """The table itself is kept with its number for good."""
    if table is None:
        return None
    told = {"version": table.version, "digest": digest(table.snapshot)}
    return told if table.restored_from is None else {**told, "restored_from": table.restored_from}


def _compare_with_newest(newest: RoutingTable | None, snapshot: Snapshot, upon: int | None) -> None:
    if newest and not differs(newest, snapshot):
        raise NothingToPublishError([Problem("", "", f"nothing was published: {newest} says the same")])
    # Somebody's rollback in an emergency must not be undone by who has not seen it.
    if upon is not None and upon != (newest.version if newest else 0):
        raise DraftChangedError([Problem("the routing table", "", "another one was published meanwhile: look again")])


def _wait_for_other_publishers() -> None:
    """So that the number and the drafts are both read after the last publish was committed.

    SQLite needs nothing: its transactions here begin with the write lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISH_LOCK])


def _hold_destinations(snapshot: Snapshot) -> None:
    """Refuse destinations that are gone, and lock the others against being deleted meanwhile."""
    named = {destination["id"] for rule in snapshot["rules"] for destination in rule["destinations"]}
    rows = Destination.objects.filter(pk__in=named).order_by("pk").select_for_update(no_key=True)
    there = {destination.pk for destination in rows}
    gone = [
        Problem(rule["name"], f"/destinations/{index}", f"the destination {destination['name']} no longer exists")
        for rule in snapshot["rules"]
        for index, destination in enumerate(rule["destinations"])
        if destination["id"] not in there
    ]
    if gone:
        raise PublishError(gone)
