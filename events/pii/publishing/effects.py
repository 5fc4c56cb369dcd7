"""What policies would do to one stored event, had they decided about it: kinds and places, no values.

What stands in clear in it is found again. What was encrypted, replaced or marked when it came in is decided about by
what stands with it, as nobody can look into it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson

from events.envelope import CloudEvent
from events.models import OutboxEntry
from events.pii.detection import Finding, Kind, TooMuchError
from events.pii.policies.action import Action
from events.pii.policies.classification import CLASSIFICATION, Classification, class_of, classification_of
from events.pii.policies.decide import Decider, PolicySet, StrictestDecider, raised
from events.pii.policies.errors import ClassificationError
from events.pii.policies.judged import judge
from events.pii.protection import Act
from events.pii.treat import examined_of, found_in, parsed

_EVENT = (
    "event_id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "extensions", "data",
    "data_base64",
)  # fmt: skip
COLUMNS = ("uuid", "pii", *_EVENT)
"""Of an entry: all that is read here."""
_KINDS = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class Effect:
    """What would be done at a place, `count` times; `path` has `*` for names that are personal themselves."""

    path: str
    kind: Kind
    action: Action
    count: int = 1


def effects(entry: OutboxEntry, policies: PolicySet, environment: str) -> list[Effect] | None:
    """None: the event would be refused, for what it says of its data or for more of it than can be searched."""
    event = CloudEvent.stored(*(getattr(entry, name) for name in _EVENT))
    acts = _acts(entry)
    recorded = [(_found(act), act.count) for act in acts if act.action != Action.LOG]
    hidden = {(finding.path, finding.kind) for finding, _ in recorded}
    examined = examined_of(event, parsed(event))
    try:
        # A pseudonym of an e-mail address has the form of one.
        seen = [one for one in found_in(examined) if (one.shown or one.path, one.kind) not in hidden]
        said = _said_by_its_producer(acts, event)
        judged = judge(examined, seen, policies, event.type, environment, said)
        least = classification_of(said)
    except (ClassificationError, TooMuchError):
        return None
    counted = Counter((one.finding.shown or one.finding.path, one.finding.kind, one.action) for one in judged)
    for key, count in _again(recorded, policies.decider(event.type, environment), least):
        counted[key] += count
    return [Effect(path, kind, action, count) for (path, kind, action), count in counted.items()]


def _acts(entry: OutboxEntry) -> list[Act]:
    """What was done to the event when it came in, to all kinds that this release knows."""
    acts = (Act(**act) for act in orjson.loads(entry.pii).get("acts", ()))
    return [act for act in acts if act.kind in _KINDS]


def _found(act: Act) -> Finding:
    return Finding(act.path, 0, 0, Kind(act.kind), shown=act.path)


def _again(
    recorded: Sequence[tuple[Finding, int]], decider: Decider | StrictestDecider, least: Classification
) -> Iterator[tuple[tuple[str, Kind, Action], int]]:
    for finding, count in recorded:
        action = raised(decider.decide(finding), least.minimum, least.why).action
        if action is not None:
            yield (finding.path, finding.kind, action), count


def _said_by_its_producer(acts: Sequence[Act], event: CloudEvent) -> Mapping[str, object]:
    """Without the class that was added because of what was found: it is no wish of anybody."""
    added = bool(acts) and event.extensions.get(CLASSIFICATION) == class_of(Kind(act.kind) for act in acts)
    return {name: value for name, value in event.extensions.items() if not (added and name == CLASSIFICATION)}
