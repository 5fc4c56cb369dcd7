"""How the policies as they stand differ from those that events are decided by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from events.models import PiiPolicy, PiiPolicySet
from events.pii.admin.wording import Line, lines
from events.pii.publishing import publish
from events.publishing.publication import Snapshot


@dataclass(frozen=True, slots=True)
class Drafts:
    """`marks` says what happened to a policy since `newest`, by its id; `places` is the order they are tried in."""

    newest: PiiPolicySet | None
    draft: Snapshot
    changes: Sequence[Line]
    marks: Mapping[int, str]
    removed: Sequence[str]
    places: Mapping[int, int]

    @property
    def count(self) -> int:
        """Policies that differ."""
        return len(self.marks) + len(self.removed)

    @property
    def identical(self) -> bool:
        return not publish.differs(self.newest, self.draft)


def snapshot_of(published: PiiPolicySet | None) -> Mapping[str, Any]:
    return published.snapshot if published else publish.PUBLICATION.nothing


def read_drafts() -> Drafts:
    newest, draft = PiiPolicySet.objects.newest(), publish.draft_snapshot()
    before, after = ({one["id"]: one for one in side["policies"]} for side in (snapshot_of(newest), draft))
    gone = {id_: one["name"] for id_, one in before.items() if id_ not in after}
    disabled = set(PiiPolicy.objects.filter(pk__in=gone).values_list("pk", flat=True)) if gone else set()
    differing = {id_: "changed" if id_ in before else "new" for id_, one in after.items() if before.get(id_) != one}
    return Drafts(
        newest=newest,
        draft=draft,
        changes=lines(snapshot_of(newest), draft),
        marks=differing | dict.fromkeys(disabled, "disabled"),
        removed=[name for id_, name in gone.items() if id_ not in disabled],
        places={one["id"]: place for place, one in enumerate(draft["policies"], 1)},
    )
