from events.models.api_key import ApiKey
from events.models.audit import AuditRecord
from events.models.entry import OutboxEntry, PendingEntry
from events.models.revisioned import Revisioned
from events.models.schema import EventType, LegacyType, Registry, SchemaPart, SchemaVersion

__all__ = [
    "ApiKey",
    "AuditRecord",
    "EventType",
    "LegacyType",
    "OutboxEntry",
    "PendingEntry",
    "Registry",
    "Revisioned",
    "SchemaPart",
    "SchemaVersion",
]
