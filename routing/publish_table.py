"""Publishing: the enabled rules become a numbered, immutable routing table; rolling back publishes an older one again.

Workers look for a newer table before each batch: nothing needs to be told to them.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from events.publishing.errors import Problem, PublishError
from events.publishing.publication import Publication, Snapshot
from routing.matching.errors import MatchingError
from routing.matching.rules import Strategy, parse_rule
from routing.matching.table import FORMAT
from routing.models import Destination, RoutingRule, RoutingTable
from routing.rules import SUBJECT


def draft_snapshot() -> Snapshot:
    """The enabled rules in the order they are tried: one statement, so of one moment."""
    rows = (
        RoutingRule.objects.filter(enabled=True)
        .order_by("-priority", "name", "targets__position", "targets__id")
        .values(
            "id",
            "name",
            "priority",
            "type_pattern",
            "filters",
            "strategy",
            "continue_matching",
            "targets__destination_id",
            "targets__destination__name",
            "targets__condition",
        )
    )
    return {"format": FORMAT, "rules": [_rule(list(group)) for _, group in groupby(rows, key=itemgetter("id"))]}


def draft_differs() -> bool:
    """Whether publishing would change anything."""
    return PUBLICATION.differs(PUBLICATION.newest(), draft_snapshot())


def problems_of(snapshot: Snapshot) -> list[Problem]:
    """Everything that keeps a snapshot of the drafts from being published, at most one problem a rule."""
    if snapshot.get("format") != FORMAT:
        return [Problem("", "/format", f"this release reads snapshots of format {FORMAT} only")]
    return [problem for rule in snapshot["rules"] for problem in _problems_of(rule)]


def _rule(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    first = rows[0]
    return {
        **{key: first[key] for key in ("id", "name", "priority", "type_pattern", "filters", "strategy")},
        "continue": first["continue_matching"],
        "destinations": [
            {
                "id": row["targets__destination_id"],
                "name": row["targets__destination__name"],
                "condition": row["targets__condition"],
            }
            for row in rows
            if row["targets__destination_id"] is not None
        ],
    }


def _problems_of(rule: dict[str, Any]) -> Iterator[Problem]:
    try:
        parse_rule(rule, "")
    except MatchingError as error:
        yield Problem(rule["name"], error.place, error.message)
    # Refused rather than ignored: who writes a condition means it.
    for index, destination in enumerate(rule["destinations"]):
        if destination["condition"] and rule["strategy"] != Strategy.CONDITIONAL:
            message = "a condition takes effect with the strategy CONDITIONAL only"
            yield Problem(rule["name"], f"/destinations/{index}/condition", message)


def _hold_destinations(snapshot: Snapshot) -> None:
    """Refuse destinations that are gone, and lock the others against being deleted meanwhile."""
    named = {destination["id"] for rule in snapshot["rules"] for destination in rule["destinations"]}
    rows = Destination.objects.filter(pk__in=named).order_by("pk").select_for_update(no_key=True)
    there = {destination.pk for destination in rows}
    gone = [
        Problem(rule["name"], f"/destinations/{index}", f"the destination {destination['name']} no longer exists")
        for rule in snapshot["rules"]
        for index, destination in enumerate(rule["destinations"])
        if destination["id"] not in there
    ]
    if gone:
        raise PublishError(gone)


PUBLICATION = Publication(
    model=RoutingTable,
    name="tables",
    subject="routing table",
    drafts=SUBJECT,
    act="table",
    members="rules",
    lock=7_305_110_001,
    draft=draft_snapshot,
    problems=problems_of,
    hold=_hold_destinations,
)
publish, approve, rollback = PUBLICATION.publish, PUBLICATION.approve, PUBLICATION.rollback
differs = PUBLICATION.differs
