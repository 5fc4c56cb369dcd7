"""What a settling says about rates: one count for each outcome, destination and rule. Pure, a few passes a batch."""

from collections import Counter
from operator import attrgetter, itemgetter

from routing.relay.settlement import Change, Settlement

Key = tuple[str, int, int]
"""Outcome, destination id, rule id; 0 where the count is of none."""
Counts = Counter[Key]

# Passes that stay in C: this is done for every batch.
_way = attrgetter("row_destination", "destination_id")
_rule = attrgetter("rule_id")
_match = attrgetter("rule_id", "entry.sequence")


def counts_of(settlement: Settlement) -> Counts:
    """Counts of what was written, to be called once it has been."""
    counts: Counts = Counter()
    if settlement.done:
        counts["accepted", 0, 0] = len(settlement.done)
        counts["unrouted", 0, 0] = len(settlement.unrouted)
        for rule_id, number in _matched(settlement).items():
            counts["matched", 0, rule_id] = number
    for (before, now), number in Counter(map(_way, settlement.arrived)).items():
        counts["delivered", now, 0] += number
        if before != now:
            counts["failover", before, 0] += number
    for change in (*settlement.inserts, *settlement.updates):
        _count(counts, change)
    return +counts


def _matched(settlement: Settlement) -> Counter[int]:
    """Events by the rule that wanted them, not deliveries; the new rows of a settling are of its fresh events."""
    rows = settlement.arrived + settlement.inserts
    if len(rows) == len(settlement.done) - len(settlement.unrouted):
        return Counter(map(_rule, rows))
    return Counter(map(itemgetter(0), set(map(_match, rows))))


def _count(counts: Counts, change: Change) -> None:
    """A change that is more than a delivery at the first try."""
    now = change.destination_id
    if change.row_destination != now:
        counts["failover", change.row_destination, 0] += 1
    if change.state in ("delivered", "dead"):
        counts[change.state, now, 0] += 1
    for outcome in ("duplicate", "possible_duplicate"):
        counts[outcome, now, 0] += getattr(change, outcome)
    for each in change.tries:
        counts["failed", each.destination_id, 0] += 1
        if each.outcome == "ambiguous":
            counts["ambiguous", each.destination_id, 0] += 1
    if change.again:
        counts["retried", now, 0] += 1
