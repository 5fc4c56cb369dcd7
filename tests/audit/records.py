"""What acts leave behind, as tests look at it."""

import json
from typing import Any

from events.models import AuditRecord


def newest() -> dict[str, Any]:
    """The newest record, its values as JSON."""
    record = AuditRecord.objects.latest("number")
    members = {name: getattr(record, name) for name in ("by", "tenant", "act", "subject", "subject_id", "reason")}
    return {**members, "before": json.loads(record.before), "after": json.loads(record.after)}


def acts() -> list[str]:
    """The acts that were recorded, in their order."""
    return list(AuditRecord.objects.order_by("number").values_list("act", flat=True))


def changed() -> dict[str, tuple[Any, Any]]:
    """The members that are another after the newest act than before it."""
    record = newest()
    before, after = record["before"] or {}, record["after"] or {}
    members = {**before, **after}
    return {one: (before.get(one), after.get(one)) for one in members if before.get(one) != after.get(one)}


def everything() -> str:
    """All that was ever recorded, as one text."""
    return "\n".join(str(row) for row in AuditRecord.objects.values())
