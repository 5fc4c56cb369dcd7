"""What a producer is answered whose events are refused for their type or schema: each event, each place, why."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from events.schemas.admission.decision import NotAdmittedError, Refusal

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
MAX_FAULTS = 1000


def refusal_of(error: NotAdmittedError) -> tuple[str, str, str, list[dict[str, Any]]]:
    """Code, title, detail and `errors`. A batch has a code of its own; its events' codes are among the errors."""
    # Each event is named, however many faults the first ones have.
    share = max(1, MAX_FAULTS // len(error.refusals))
    faults = [fault for refusal in error.refusals for fault in islice(_faults(refusal), share)]
    if error.size > 1:
        detail = f"{len(error.refusals)} of {error.size} events are refused, so none was stored"
        return REFUSED, "Events refused", detail, faults
    first = error.refusals[0]
    return first.code, TITLES[first.code], first.detail, faults


def _faults(refusal: Refusal) -> Iterator[dict[str, Any]]:
    yield {"index": refusal.index, "pointer": refusal.pointer, "code": refusal.code, "detail": refusal.detail}
    for fault in refusal.faults:
        pointer = refusal.pointer + fault.pointer
        yield {"index": refusal.index, "pointer": pointer, "code": fault.keyword, "detail": fault.message}
