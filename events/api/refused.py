"""What a producer is answered whose events are refused for their type or schema: each event, each place, why."""

from collections.abc import Sequence
from typing import Any

from events.schemas.admission.decision import NotAdmittedError, Refusal
from events.schemas.documents.faults import MAX_FAULTS, Fault, first

TITLES = {
    "unknown-type": "Unknown event type",
    "type-blocked": "Event type blocked",
    "unknown-version": "Unknown schema version",
    "no-active-version": "No active schema version",
    "schema-retired": "Schema version retired",
    "schema-invalid": "The data does not fit its schema",
    "no-migration": "No migration to the active version",
    "migration-failed": "The data cannot be migrated",
    "pii-blocked": "Personal data is not let in",
    "pii-does-not-fit": "An attribute has no room for what protects it",
    "pii-not-located": "Personal data cannot be protected",
    "pii-too-much": "More than can be searched for personal data",
    "unknown-classification": "Unknown data classification",
}
REFUSED = "events-refused"
MAX_ERRORS = 1000
"""Of all events together, unless there are more events than half as many."""


def refusal_of(error: NotAdmittedError) -> tuple[str, str, str, list[dict[str, Any]]]:
    """Code, title, detail and `errors`. A batch has a code of its own; its events' codes are among the errors."""
    # Each event is named, however many faults the first ones have, and says itself that it has more.
    share = min(MAX_FAULTS, max(1, MAX_ERRORS // len(error.refusals) - 1))
    faults = [_shown(refusal, fault) for refusal in error.refusals for fault in first(_faults(refusal), share)]
    if error.size > 1:
        detail = f"{len(error.refusals)} of {error.size} events are refused, so none was stored"
        return REFUSED, "Events refused", detail, faults
    (refusal,) = error.refusals
    return refusal.code, TITLES[refusal.code], refusal.detail, faults


def _faults(refusal: Refusal) -> Sequence[Fault]:
    """Places are in the event."""
    if refusal.blocked:
        return [Fault(act.path, refusal.code, act.why_blocked) for act in refusal.blocked]
    inner = [fault._replace(pointer=refusal.pointer + fault.pointer) for fault in refusal.faults]
    return [Fault(refusal.pointer, refusal.code, refusal.detail), *inner]


def _shown(refusal: Refusal, fault: Fault) -> dict[str, Any]:
    return {"index": refusal.index, "pointer": fault.pointer, "code": fault.keyword, "detail": fault.message}
