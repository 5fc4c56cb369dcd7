"""What a policy did to a stored event, as its outbox entry remembers it."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from events.models import OutboxEntry, PiiPolicySet
from events.pii.protection import Act


@dataclass(frozen=True, slots=True)
class Noted:
    """`version` 0: nothing was published yet. `known`: the set of that version has a page."""

    version: int | None
    acts: Sequence[Act]
    known: bool

    @property
    def sealed(self) -> bool:
        """Whether there is something to reveal."""
        return any(act.action == "ENCRYPT" for act in self.acts)


def noted(entry: OutboxEntry) -> Noted:
    """One query where something was found."""
    members = orjson.loads(entry.pii)
    version = members.get("policy")
    known = bool(version) and PiiPolicySet.objects.filter(pk=version).exists()
    return Noted(version, [Act(**act) for act in members.get("acts", ())], known)
