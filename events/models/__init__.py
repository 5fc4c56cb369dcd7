from events.models.api_key import ApiKey
from events.models.audit import AuditRecord
from events.models.entry import OutboxEntry, PendingEntry
from events.models.pii_keys import DataKey, Reencryption
from events.models.pii_policy import PiiPolicy, PiiPolicySet
from events.models.published import ImmutableRowError, Published, PublishedQuerySet
from events.models.revisioned import Revisioned
from events.models.schema import EventType, LegacyType, Registry, SchemaPart, SchemaVersion

__all__ = [
    "ApiKey",
    "AuditRecord",
    "DataKey",
    "EventType",
    "ImmutableRowError",
    "LegacyType",
    "OutboxEntry",
    "PendingEntry",
    "PiiPolicy",
    "PiiPolicySet",
    "Published",
    "PublishedQuerySet",
    "Reencryption",
    "Registry",
    "Revisioned",
    "SchemaPart",
    "SchemaVersion",
]
