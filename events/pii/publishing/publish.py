"""Publishing: the enabled policies become a numbered, immutable set; rolling back publishes an older one again.

Ingest goes by the newest set from the commit on: the registry's number tells every process to read again.
"""

from events.models import PiiPolicy, PiiPolicySet
from events.pii.policies.decide import FORMAT, PolicySet
from events.pii.policies.errors import PolicyError
from events.pii.publishing.drafts import SUBJECT, raw_policy
from events.publishing.errors import Problem
from events.publishing.publication import Publication, Snapshot
from events.schemas.registry.number import bump

MAX_POLICIES = 1_000


def draft_snapshot() -> Snapshot:
    """The enabled policies in the order they are tried."""
    rows = PiiPolicy.objects.filter(enabled=True).order_by("-priority", "name")
    return {"format": FORMAT, "policies": [*map(raw_policy, rows)]}


def draft_differs() -> bool:
    """Whether publishing would change anything."""
    return PUBLICATION.differs(PUBLICATION.newest(), draft_snapshot())


def problems_of(snapshot: Snapshot) -> list[Problem]:
    """Everything that keeps a snapshot from being published; the places are in the snapshot."""
    if len(snapshot["policies"]) > MAX_POLICIES:
        return [Problem("", "/policies", f"at most {MAX_POLICIES} policies are published together")]
    try:
        PolicySet.compile(snapshot)
    except PolicyError as error:
        return [Problem("", *fault) for fault in error.faults]
    return []


PUBLICATION = Publication(
    model=PiiPolicySet,
    name="policies",
    subject="pii policy set",
    drafts=SUBJECT,
    act="pii_policies",
    members="policies",
    lock=7_305_110_003,
    draft=draft_snapshot,
    problems=problems_of,
    told=bump,
    unpublished={"format": FORMAT, "policies": []},
)
publish, approve, rollback = PUBLICATION.publish, PUBLICATION.approve, PUBLICATION.rollback
differs = PUBLICATION.differs
