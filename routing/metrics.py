"""What this process tells Prometheus about deliveries. Labels are destinations and lanes, never anything of an event.

Counters are fed by the tallies, once a second; histograms for each batch of answers. Both together take about 0.4 us
of CPU an event in batches of 500.
"""

from collections.abc import Mapping, Sequence
from functools import cache

from prometheus_client import Counter

from routing.bulk_histogram import BulkHistogram
from routing.numbers.count import Counts
from routing.publishers.port import Receipt
from routing.relay.work import Work

GONE = "removed"
"""The name of a destination that this process does not know any more."""
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600)

RELAYED = Counter("event_control_plane_relayed_total", "Events the relay took up: routed, and handed to deliveries.")
UNROUTED = Counter("event_control_plane_unrouted_total", "Events that matched no rule.")
BY_DESTINATION = {
    outcome: Counter(f"event_control_plane_{name}_total", what, ["destination"])
    for outcome, name, what in (
        ("delivered", "published", "Deliveries the destination took, duplicates included."),
        ("duplicate", "duplicates", "Deliveries the destination already held."),
        ("retried", "retried", "Deliveries that were tried again."),
        ("failed", "failed", "Tries that failed, unanswered ones included."),
        ("ambiguous", "ambiguous", "Tries that were not answered."),
        ("possible_duplicate", "possible_duplicates", "Repeats that the destination could not tell any more."),
        ("dead", "dead", "Deliveries that died."),
        ("failover", "failovers", "Deliveries that left this destination for the next."),
    )
}
PUBLISH = BulkHistogram(
    "event_control_plane_publish_seconds",
    "From handing an event to the client to the answer, whatever it says.",
    ["destination"],
    buckets=SECONDS,
)
COMMIT_TO_ACK = BulkHistogram(
    "event_control_plane_commit_to_ack_seconds",
    "From storing an event to the destination's yes; age by the database's clock, then by a monotonic one.",
    ["destination"],
    buckets=SECONDS,
)
BATCH = BulkHistogram(
    "event_control_plane_batch_events",
    "Events of a batch the relay took up.",
    ["lane"],
    buckets=(1, 2, 5, 10, 25, 50, 100, 250, 500),
)


def count(counts: Counts, names: Mapping[int, str]) -> None:
    """Add counts of settled batches; `names` are the destinations'. Each begins at 0, or its first would be missed."""
    for name in names.values():
        _introduce(name)
    for (outcome, destination_id, _), number in counts.items():
        if outcome in BY_DESTINATION:
            BY_DESTINATION[outcome].labels(names.get(destination_id, GONE)).inc(number)
        elif outcome == "accepted":
            RELAYED.inc(number)
        elif outcome == "unrouted":
            UNROUTED.inc(number)


def batch(lane: str, size: int) -> None:
    _batch(lane).observe_times(size, 1)


def answered(destination: str, works: Sequence[Work], now: float) -> None:
    """Works of one flight whose answers were taken at `now` (monotonic): all were handed over at the same moment."""
    publish, commit_to_ack = _answers(destination)
    publish.observe_times(now - works[0].sent_at, len(works))
    ages = [now - work.entry.accepted for work in works if work.result.__class__ is Receipt]
    if ages:
        commit_to_ack.observe_many(ages)


@cache
def _introduce(destination: str) -> None:
    for counter in BY_DESTINATION.values():
        counter.labels(destination)


# Looking up a child costs more than all else.
@cache
def _batch(lane: str) -> BulkHistogram:
    return BATCH.labels(lane)


@cache
def _answers(destination: str) -> tuple[BulkHistogram, BulkHistogram]:
    return PUBLISH.labels(destination), COMMIT_TO_ACK.labels(destination)
