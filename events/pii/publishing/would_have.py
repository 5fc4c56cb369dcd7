"""What policies would have done to the newest stored events, had they decided about them: kinds, places, no values."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Max

from events.models import OutboxEntry
from events.pii.detection import Kind
from events.pii.policies.action import Action
from events.pii.policies.decide import PolicySet
from events.pii.publishing.effects import COLUMNS, Effect, effects

LIMIT = 500
MOST = 5_000
SAMPLES = 20
# Entries have no index by tenant: so far back it is looked for events of one, however rare they are.
WINDOW = 10


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
        found.take(entry, effects(entry, policies, where))
    return found


def _entries(limit: int, tenant: str | None) -> Iterator[OutboxEntry]:
    newest = OutboxEntry.objects.aggregate(newest=Max("sequence"))["newest"] or 0
    rows = OutboxEntry.objects.filter(sequence__gt=newest - WINDOW * limit)
    if tenant is not None:
        rows = rows.filter(tenant=tenant)
    yield from rows.only(*COLUMNS).order_by("-sequence")[:limit].iterator(chunk_size=200)
