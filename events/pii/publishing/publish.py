"""Publishing: the enabled policies become a numbered, immutable set; rolling back publishes an older one again.

Ingest goes by the newest set from the commit on: the registry's number tells every process to read again.
"""

import structlog

from events.models import PiiPolicy, PiiPolicySet
from events.pii.policies.decide import FORMAT, PolicySet
from events.pii.policies.errors import PolicyError
from events.pii.publishing.drafts import SUBJECT, raw_policy
from events.publishing.errors import Problem
from events.publishing.four_eyes import Standing
from events.publishing.publication import Publication, Snapshot
from events.schemas.registry.number import bump
from events.who import Actor, named

log = structlog.get_logger(__name__)

MAX_POLICIES = 1_000


def publish(*, note: str, by: Actor, expected: str | None = None, upon: int | None = None) -> PiiPolicySet:
    """Publish the enabled policies as they are now. Raises PublishError, for a blank note as well.

    `expected` is the digest of the draft somebody looked at, `upon` the version it was compared with, 0 for none: for
    others it raises DraftChangedError. Where events are decided by these very policies, NothingToPublishError.
    """
    made = PUBLICATION.publish(note=note, by=by, expected=expected, upon=upon)
    log.info("pii_policies.published", version=made.version, restored_from=None, by=named(by))
    return made


def rollback(version: int, *, note: str, by: Actor, upon: int | None = None) -> PiiPolicySet:
    """Publish the snapshot of an older version again, `upon` as for `publish`.

    Raises PiiPolicySet.DoesNotExist or PublishError.
    """
    made = PUBLICATION.rollback(version, note=note, by=by, upon=upon)
    log.info("pii_policies.published", version=made.version, restored_from=version, by=named(by))
    return made


def approve(*, note: str, by: Actor, expected: str | None) -> Standing:
    """Put on record that somebody has looked at the draft with this digest. Raises PublishError."""
    standing = PUBLICATION.approve(note=note, by=by, expected=expected)
    log.info("pii_policies.approved", draft=expected, by=named(by))
    return standing


def draft_snapshot() -> Snapshot:
    """The enabled policies in the order they are tried."""
    rows = PiiPolicy.objects.filter(enabled=True).order_by("-priority", "name")
    return {"format": FORMAT, "policies": [*map(raw_policy, rows)]}


def differs(newest: PiiPolicySet | None, snapshot: Snapshot) -> bool:
    """Whether publishing a snapshot upon the newest set would change anything."""
    return PUBLICATION.differs(newest, snapshot)


def draft_differs() -> bool:
    """Whether publishing would change anything."""
    return differs(PiiPolicySet.objects.newest(), draft_snapshot())


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
)
