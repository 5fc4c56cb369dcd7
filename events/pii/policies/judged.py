"""Everything that is decided about one event: findings, each with what is done about it and why."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from events.pii.detection.finding import Examined, Finding
from events.pii.detection.reading.walk import text_of
from events.pii.policies.action import Action
from events.pii.policies.classification import Classification, classification_of
from events.pii.policies.decide import Decided, Decider, PolicySet, StrictestDecider, placed, raised
from events.pii.policies.sample_values import is_test_value
from events.pii.policies.whole import with_whole


class Judged(NamedTuple):
    """A finding and what is done about it."""

    finding: Finding
    action: Action
    because: str


def judge(
    examined: Examined,
    found: Sequence[Finding],
    policies: PolicySet,
    event_type: str | None,
    environment: str | None,
    extensions: Mapping[str, object],
) -> list[Judged]:
    """What is decided about an event in which this was found; without what is ignored.

    Raises ClassificationError for an event that says of its data what is not known here.
    """
    classification = classification_of(extensions) if extensions else None
    decider = policies.decider(event_type, environment)
    if not found and not decider.whole_lines:
        return []
    if decider.whole_lines:
        found = with_whole(examined, found, decider.whole_lines)
    plain = classification is None and not decider.allows_test_values
    judged = []
    for finding in found:
        action, because = decider.decide(finding) if plain else _decided(examined, finding, decider, classification)
        if action is not None:
            judged.append(Judged(finding, action, because))
    return judged


def _decided(
    examined: Examined,
    finding: Finding,
    decider: Decider | StrictestDecider,
    classification: Classification | None,
) -> Decided:
    if decider.allows_test_values and not finding.also and is_test_value(finding.kind, _text(examined, finding)):
        decided = Decided(None, "a known test value, which the policy allows")
    else:
        decided = decider.decide(finding)
    if classification is None:
        return decided
    # What identifies an event stays one to one, whatever its class.
    return placed(raised(decided, classification.minimum, classification.why), finding.path)


def _text(examined: Examined, finding: Finding) -> str:
    """The very text that was found; nothing where it stands inside an encoding."""
    if finding.wrapping:
        return ""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in finding.path[1:].split("/")]
    if finding.where == "key":
        return steps[-1][finding.start : finding.end]
    node = {**examined.attributes, "data": examined.data}
    for step in steps:
        node = node[int(step) if isinstance(node, list) else step]
    return text_of(node)[finding.start : finding.end]
