"""What policies would have done to the newest stored events, had they decided about them: kinds, places, no values."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db.models import Max

from events.envelope import CloudEvent
from events.models import OutboxEntry
from events.pii.detection import Finding, Kind
from events.pii.policies.action import Action
from events.pii.policies.classification import CLASSIFICATION, Classification, class_of, classification_of
from events.pii.policies.decide import Decider, PolicySet, StrictestDecider, raised
from events.pii.policies.errors import ClassificationError
from events.pii.policies.judged import judge
from events.pii.treat import examined_of, found_in, parsed

LIMIT = 500
MOST = 5_000
SAMPLES = 20
# Entries have no index by tenant: so far back it is looked for events of one, however rare they are.
WINDOW = 10
_COLUMNS = (
    "event_id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "extensions", "data",
    "data_base64",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Effect:
    """What would be done at a place, `count` times; `path` has `*` for names that are personal themselves."""

    path: str
    kind: Kind
    action: Action
    count: int = 1


@dataclass(frozen=True, slots=True)
class Sample:
    """A stored event to which something would be done."""

    uuid: UUID
    type: str
    effects: Sequence[Effect]


@dataclass(slots=True)
class WouldHave:
    """Of `looked_at` events so many would be `touched`, and of these so many `refused`.

    `counts` has the findings by kind and action. What was encrypted, replaced or marked when an event came in is
    counted by what stands with it, as nobody can look into it.
    """

    looked_at: int = 0
    touched: int = 0
    refused: int = 0
    counts: Counter[tuple[Kind, Action]] = field(default_factory=Counter)
    samples: list[Sample] = field(default_factory=list)

    def take(self, entry: OutboxEntry, effects: Sequence[Effect] | None) -> None:
        """`effects` None: the event would be refused for what it says of its data."""
        self.looked_at += 1
        if effects is None or effects:
            self.touched += 1
            self.refused += effects is None or any(one.action is Action.BLOCK for one in effects)
            if len(self.samples) < SAMPLES:
                self.samples.append(Sample(entry.uuid, entry.type, effects or ()))
        for one in effects or ():
            self.counts[one.kind, one.action] += one.count


def would_have(
    snapshot: Mapping[str, Any], limit: int = LIMIT, *, tenant: str | None = None, environment: str | None = None
) -> WouldHave:
    """Look at the newest events, of one tenant's only if one is named. Raises PolicyError for what is no snapshot.

    Without an environment it is that of the installation.
    """
    policies = PolicySet.compile(snapshot)
    where = settings.ENVIRONMENT if environment is None else environment
    found = WouldHave()
    for entry in _entries(min(limit, MOST), tenant):
        found.take(entry, _effects(entry, policies, where))
    return found


def _entries(limit: int, tenant: str | None) -> Iterator[OutboxEntry]:
    newest = OutboxEntry.objects.aggregate(newest=Max("sequence"))["newest"] or 0
    rows = OutboxEntry.objects.filter(sequence__gt=newest - WINDOW * limit)
    if tenant is not None:
        rows = rows.filter(tenant=tenant)
    yield from rows.only("uuid", "pii", *_COLUMNS).order_by("-sequence")[:limit].iterator(chunk_size=200)


def _effects(entry: OutboxEntry, policies: PolicySet, environment: str) -> list[Effect] | None:
    event = CloudEvent.stored(*(getattr(entry, name) for name in _COLUMNS))
    recorded = list(_recorded(entry))
    hidden = {(finding.path, finding.kind) for finding, _ in recorded}
    examined = examined_of(event, parsed(event))
    # A pseudonym of an e-mail address has the form of one.
    seen = [one for one in found_in(examined) if (one.shown or one.path, one.kind) not in hidden]
    try:
        said = _said_by_its_producer(entry, event)
        judged = judge(examined, seen, policies, event.type, environment, said)
        least = classification_of(said)
    except ClassificationError:
        return None
    counted = Counter((one.finding.shown or one.finding.path, one.finding.kind, one.action) for one in judged)
    counted.update(dict(_again(recorded, policies.decider(event.type, environment), least)))
    return [Effect(path, kind, action, count) for (path, kind, action), count in counted.items()]


def _recorded(entry: OutboxEntry) -> Iterator[tuple[Finding, int]]:
    """What was taken out of the event when it came in."""
    for act in orjson.loads(entry.pii).get("acts", ()):
        if act["action"] != Action.LOG:
            yield Finding(act["path"], 0, 0, Kind(act["kind"]), shown=act["path"]), act["count"]


def _again(
    recorded: Sequence[tuple[Finding, int]], decider: Decider | StrictestDecider, least: Classification
) -> Iterator[tuple[tuple[str, Kind, Action], int]]:
    for finding, count in recorded:
        action = raised(decider.decide(finding), least.minimum, least.why).action
        if action is not None:
            yield (finding.path, finding.kind, action), count


def _said_by_its_producer(entry: OutboxEntry, event: CloudEvent) -> Mapping[str, object]:
    """Without the class that was added because of what was found: it is no wish of anybody."""
    kinds = {Kind(act["kind"]) for act in orjson.loads(entry.pii).get("acts", ())}
    added = event.extensions.get(CLASSIFICATION) == class_of(kinds) if kinds else False
    return {name: value for name, value in event.extensions.items() if not (added and name == CLASSIFICATION)}
