"""A schema version for its audit record: its number, status and digest, never the whole schema."""

import hashlib
import json
from typing import Any

from events.models import SchemaVersion

SUBJECT = "schema version"


def audited(version: SchemaVersion) -> dict[str, Any]:
    """`digest` is that of a draft's text, or the root's once it was activated; `migrations` that of both ways."""
    steps = [version.migration_up, version.migration_down]
    return {
        "type": version.event_type.name,
        "version": version.version,
        "status": version.status,
        "digest": version.root if version.draft is None else _digest(version.draft),
        "migrations": _digest(json.dumps(steps, sort_keys=True)) if any(steps) else None,
        "ancestor": version.ancestor.version if version.ancestor else None,
        "policy": version.policy,
        "verdict": version.verdict,
    }


def stored(version: SchemaVersion) -> dict[str, Any] | None:
    """As it is in the database; None for a new one."""
    row = SchemaVersion.objects.select_related("event_type", "ancestor").filter(pk=version.pk).first()
    return audited(row) if row else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
