"""What this process tells Prometheus about events it stored, and personal data in them.

Labels are of a fixed set, never of an event: kinds and actions, no place and no value.
"""

from collections import Counter as Counted
from collections.abc import Iterable
from functools import cache
from typing import Literal

from prometheus_client import Counter

from events.pii.protection import Act
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
    "Events that were refused for their type, schema or personal data, by the reason.",
    ["reason"],
)
TREATED = Counter(
    "event_control_plane_pii_treated_total",
    "Personal things in events that were stored, or refused for them (BLOCK), by kind and by what was done.",
    ["kind", "action"],
)
REVEALS = Counter(
    "event_control_plane_pii_reveals_total",
    "Events that somebody wanted in clear: answered, refused without the right, or unavailable for want of a key.",
    ["result"],
)
KEYS_UNAVAILABLE = Counter(
    "event_control_plane_pii_keys_unavailable_total",
    "Events that were not stored because a key for their personal data was not at hand.",
)
Reveal = Literal["answered", "refused", "unavailable"]
_REVEALS = {result: REVEALS.labels(result) for result in ("answered", "refused", "unavailable")}
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
        treated(refusal.blocked)


def treated(acts: Iterable[Act]) -> None:
    """Count what was done, once its event is committed or refused."""
    counts: dict[tuple[str, str], int] = {}
    for _, kind, action, count in acts:
        counts[kind, action] = counts.get((kind, action), 0) + count
    for (kind, action), number in counts.items():
        _treated(kind, action).inc(number)


def revealed(result: Reveal) -> None:
    _REVEALS[result].inc()


def keys_unavailable(events: int) -> None:
    KEYS_UNAVAILABLE.inc(events)


# Looking up a child costs more than counting.
@cache
def _treated(kind: str, action: str) -> Counter:
    return TREATED.labels(kind, action)


def _kind(admission: Admission) -> str:
    if admission.unknown:
        return f"unknown_{admission.unknown}"
    if admission.faults:
        return "invalid"
    if admission.given or admission.legacy_type:
        return "migrated"
    return "deprecated" if admission.status == "deprecated" else "valid"
