"""The routing: a table in use, drafts that are not, and batches that keep coming back."""

from collections.abc import Iterator

from controlplane.doctor.finding import Finding, error, good, warning
from routing.models import BatchNote, RoutingRule, RoutingTable, ShardLease
from routing.numbers.read import read_standing
from routing.publish_table import draft_differs, draft_snapshot, problems_of

MANY_BATCHES = 1000


def table() -> Iterator[Finding]:
    newest = RoutingTable.objects.newest()
    if newest is None:
        fix = "Make rules in the admin and publish them: until then accepted events wait."
        yield error("table", "no routing table is published", fix)
    elif not newest.snapshot["rules"]:
        yield warning("table", f"{newest} has no rules: every event is unrouted", "Enable rules and publish them.")
    else:
        yield good("table", f"{newest} with {len(newest.snapshot['rules'])} rules is in use")
    if unrouted := read_standing().count("unrouted"):
        fix = "Look at them in the admin, add a rule, publish, and route them again."
        yield warning("unrouted", f"{unrouted} events matched no rule", fix)


def drafts() -> Iterator[Finding]:
    if not RoutingRule.objects.exists():
        yield good("drafts", "there are no rules")
    elif problems := problems_of(draft_snapshot()):
        yield warning("drafts", f"the drafts cannot be published: {problems[0]}", "Correct the rule in the admin.")
    elif draft_differs():
        yield warning("drafts", "rules were changed and not published", "Publish them in the admin, or undo them.")
    else:
        yield good("drafts", "what is edited is what is published")


def in_flight() -> Iterator[Finding]:
    batches = BatchNote.objects.count()
    suspects = ShardLease.objects.exclude(suspects=[]).count()
    if suspects:
        what = f"{suspects} shards hold events whose worker died; they are taken again in ever smaller parts"
        yield warning("in_flight", what, "Look for `batches.taken_over` in the logs; what kills workers ends as dead.")
    elif batches > MANY_BATCHES:
        what = f"{batches} batches are in hand: destinations answer late"
        yield warning("in_flight", what, "Look at the ack waits of destinations, or add workers.")
    else:
        yield good("in_flight", f"{batches} batches are in hand")
