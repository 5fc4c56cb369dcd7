"""An act on many for its audit record: what it is about and how many that were, never which."""

from typing import Any

from dlq.models import Operation

SUBJECT = "operation"


def audited(operation: Operation) -> dict[str, Any]:
    """Of chosen ids only how many there were."""
    about = operation.filter
    return {
        "kind": operation.kind,
        "state": operation.state,
        "cancel_requested": operation.cancel_requested,
        "tenant": operation.tenant,
        "filter": {"ids": len(about["ids"])} if "ids" in about else about,
        "total": operation.total,
        "taken": operation.taken,
        "rate": operation.rate,
    }
