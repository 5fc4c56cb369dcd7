"""What this process tells Prometheus about events it stored. Labels are of a fixed set, never of an event."""

from prometheus_client import Counter

INGESTED = Counter(
    "event_control_plane_ingested_total",
    "Events that were handed in and committed, by whether they were stored now or before.",
    ["result"],
)
_ACCEPTED = INGESTED.labels("accepted")
_DUPLICATE = INGESTED.labels("duplicate")


def ingested(accepted: int, duplicates: int) -> None:
    """Count events whose transaction is committed."""
    if accepted:
        _ACCEPTED.inc(accepted)
    if duplicates:
        _DUPLICATE.inc(duplicates)
