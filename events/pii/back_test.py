"""What other policies would have done to the events there are: kinds, places and counts, never values.

What was found when an event came in is on its entry, and is decided about anew. What stands in clear because it was
ignored then is looked for again. Classifications that events give themselves may ask for more.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias
from uuid import UUID

from events.envelope import CloudEvent
from events.models import OutboxEntry
from events.pii.detection import Finding, Kind, detect
from events.pii.noted import noted
from events.pii.policies.decide import PolicySet
from events.pii.policies.judged import judge
from events.pii.treat import examined_of, parsed

LAST = 200
MAX_CHARACTERS = 5_000_000
"""Of all their data together: what is looked at stays a matter of a second."""
NOTHING, BLOCK = "", "BLOCK"
_KINDS = {kind.value: kind for kind in Kind}
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

    def take(self, entry: OutboxEntry, was: Acts, becomes: Acts) -> None:
        changes = {*_changes(entry.type, was, becomes)}
        for change in changes:
            self.changes.setdefault(change, []).append(entry.uuid)
        self.looked_at += 1
        self.differing += bool(changes)
        self.with_findings += bool(was or becomes)
        self.blocked += BLOCK in becomes.values()


def back_test(policies: PolicySet, environment: str, last: int = LAST) -> BackTest:
    """Over the newest entries of all tenants."""
    count = _Count()
    for entry in _bounded(OutboxEntry.objects.order_by("-sequence").defer("fingerprint")[:last]):
        count.take(entry, _was(entry), _becomes(entry, policies, environment))
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


def _becomes(entry: OutboxEntry, policies: PolicySet, environment: str) -> Acts:
    was, decider = _was(entry), policies.decider(entry.type, environment)
    found = {}
    for path, kind in was:
        if kind in _KINDS and (action := decider.decide(Finding(path, 0, 0, _KINDS[kind])).action):
            found[path, kind] = action.value
    places = {path for path, _ in was}
    return {**found, **{key: action for key, action in _in_clear(entry, policies, environment) if key[0] not in places}}


def _in_clear(entry: OutboxEntry, policies: PolicySet, environment: str) -> Iterator[tuple[tuple[str, str], str]]:
    event = CloudEvent.stored(
        entry.event_id, entry.source, entry.type, entry.subject, entry.time, entry.datacontenttype, entry.dataschema,
        entry.extensions, entry.data, entry.data_base64,
    )  # fmt: skip
    examined = examined_of(event, parsed(event))
    for one in judge(examined, detect(examined), policies, entry.type, environment, {}):
        yield (one.finding.shown or one.finding.path, one.finding.kind.value), one.action.value


def _changes(event_type: str, was: Acts, becomes: Acts) -> Iterator[Change]:
    for path, kind in {**was, **becomes}:
        before, after = was.get((path, kind), NOTHING), becomes.get((path, kind), NOTHING)
        if before != after:
            yield Change(event_type, _INDEX.sub("/*", path), kind, before, after)
