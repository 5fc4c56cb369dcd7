"""How the rules as they stand differ from what workers use: for the list, its bar, and the page that publishes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from events.publishing.publication import Snapshot
from routing import publish_table
from routing.models import RoutingRule, RoutingTable
from routing.wording import Difference, differences

NOTHING: Mapping[str, Any] = {"rules": []}


@dataclass(frozen=True, slots=True)
class Drafts:
    """`marks` says what happened to a rule since `newest` was published, by rule id; `removed` are names.

    `places` are those of the enabled rules, from 1, in the order they are tried.
    """

    newest: RoutingTable | None
    draft: Snapshot
    changes: list[Difference]
    marks: Mapping[int, str]
    removed: tuple[str, ...]
    places: Mapping[int, int]

    @property
    def count(self) -> int:
        """Rules that differ."""
        return len({change.rule_id for change in self.changes})

    @property
    def identical(self) -> bool:
        return not publish_table.differs(self.newest, self.draft)


def read_drafts() -> Drafts:
    newest = RoutingTable.objects.newest()
    draft = publish_table.draft_snapshot()
    changes = differences(newest.snapshot if newest else NOTHING, draft)
    gone = {change.rule_id: change.rule for change in changes if change.kind == "removed"}
    there = set(RoutingRule.objects.filter(pk__in=gone).values_list("pk", flat=True)) if gone else set()
    return Drafts(
        newest=newest,
        draft=draft,
        changes=changes,
        marks={
            change.rule_id: _mark(change) for change in changes if change.kind != "removed" or change.rule_id in there
        },
        removed=tuple(name for id_, name in gone.items() if id_ not in there),
        places={rule["id"]: place for place, rule in enumerate(draft["rules"], 1)},
    )


def _mark(change: Difference) -> str:
    return {"added": "new", "removed": "disabled"}.get(change.kind, "changed")
