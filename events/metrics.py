"""What this process tells Prometheus about events it stored. Labels are of a fixed set, never of an event."""

from collections import Counter as Counted
from collections.abc import Iterable

from prometheus_client import Counter

from events.schemas.admission.decision import Admission, Refusal

INGESTED = Counter(
    "event_control_plane_ingested_total",
    "Events that were handed in and committed, by whether they were stored now or before.",
    ["result"],
)
ADMITTED = Counter(
    "event_control_plane_admitted_total",
    "Events that were stored, by what was out of the ordinary about their schema.",
    ["schema"],
)
REFUSED = Counter(
    "event_control_plane_refused_total",
    "Events that were refused for their type or schema, by the reason.",
    ["reason"],
)
_ACCEPTED = INGESTED.labels("accepted")
_DUPLICATE = INGESTED.labels("duplicate")


def ingested(accepted: int, duplicates: int) -> None:
    """Count events whose transaction is committed."""
    if accepted:
        _ACCEPTED.inc(accepted)
    if duplicates:
        _DUPLICATE.inc(duplicates)


def admitted(admissions: Iterable[Admission]) -> None:
    """Count how committed events were let in; one of the ordinary kind is `valid`."""
    for kind, count in Counted(map(_kind, admissions)).items():
        ADMITTED.labels(kind).inc(count)


def refused(refusals: Iterable[Refusal]) -> None:
    for refusal in refusals:
        REFUSED.labels(refusal.code).inc()


def _kind(admission: Admission) -> str:
    if admission.unknown:
        return f"unknown_{admission.unknown}"
    if admission.faults:
        return "invalid"
    if admission.given or admission.legacy_type:
        return "migrated"
    return "deprecated" if admission.status == "deprecated" else "valid"
