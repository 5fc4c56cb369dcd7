"""What people see of what comes in, and the parts that all admin pages are made of."""

from events.admin import api_key, audit
from events.pii.admin import data_key, policy, policy_set
from events.schemas.admin import event_type, legacy_type, schema_version

__all__ = ["api_key", "audit", "data_key", "event_type", "legacy_type", "policy", "policy_set", "schema_version"]
