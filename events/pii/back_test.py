"""What other policies would have done to the events there are, beside what was done: kinds and places, no values."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias
from uuid import UUID

from events.models import OutboxEntry
from events.pii.noted import noted
from events.pii.policies.decide import PolicySet
from events.pii.publishing.effects import COLUMNS, Effect, effects

LAST = 200
MAX_CHARACTERS = 5_000_000
"""Of all their data together: what is looked at stays a matter of a second."""
NOTHING, BLOCK = "", "BLOCK"
_INDEX = re.compile(r"/[0-9]+(?=/|$)")

Acts: TypeAlias = Mapping[tuple[str, str], str]
"""The action for each place and kind."""


class Change(NamedTuple):
    """`was` and `becomes` are actions, "" for none; `path` has a star for each index."""

    type: str
    path: str
    kind: str
    was: str
    becomes: str


@dataclass(frozen=True, slots=True)
class BackTest:
    """`changes`, the most frequent first, each with the entries it is about; `blocked` are entries that would be
    refused and were not."""

    looked_at: int = 0
    changes: Sequence[tuple[Change, Sequence[UUID]]] = ()
    blocked: int = 0
    differing: int = 0
    with_findings: int = 0


@dataclass(slots=True)
class _Count:
    changes: dict[Change, list[UUID]] = field(default_factory=dict)
    looked_at: int = 0
    blocked: int = 0
    differing: int = 0
    with_findings: int = 0

    def take(self, entry: OutboxEntry, was: Acts, found: Sequence[Effect] | None) -> None:
        """`found` None: the event would be refused for what it says of its data."""
        becomes = was if found is None else _becomes(found)
        changes = {*_changes(entry.type, was, becomes)}
        for change in changes:
            self.changes.setdefault(change, []).append(entry.uuid)
        self.looked_at += 1
        self.differing += found is None or bool(changes)
        self.with_findings += bool(was or becomes)
        self.blocked += found is None or BLOCK in becomes.values()


def back_test(policies: PolicySet, environment: str, last: int = LAST) -> BackTest:
    """Over the newest entries of all tenants."""
    count = _Count()
    for entry in _bounded(OutboxEntry.objects.order_by("-sequence").only(*COLUMNS)[:last]):
        count.take(entry, _was(entry), effects(entry, policies, environment))
    changes = sorted(count.changes.items(), key=lambda one: -len(one[1]))
    return BackTest(count.looked_at, changes, count.blocked, count.differing, count.with_findings)


def _bounded(entries: Iterable[OutboxEntry]) -> Iterator[OutboxEntry]:
    total = 0
    for entry in entries:
        total += len(entry.data or "")
        if total > MAX_CHARACTERS:
            return
        yield entry


def _was(entry: OutboxEntry) -> Acts:
    return {(act.path, act.kind): act.action for act in noted(entry).acts}


def _becomes(found: Sequence[Effect]) -> Acts:
    """Where several things are done at a place to a kind, the strictest."""
    return {(one.path, one.kind.value): one.action.value for one in sorted(found, key=lambda one: one.action.rank)}


def _changes(event_type: str, was: Acts, becomes: Acts) -> Iterator[Change]:
    for path, kind in {**was, **becomes}:
        before, after = was.get((path, kind), NOTHING), becomes.get((path, kind), NOTHING)
        if before != after:
            yield Change(event_type, _INDEX.sub("/*", path), kind, before, after)
