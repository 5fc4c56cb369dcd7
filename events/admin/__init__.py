"""What people see of what comes in, and the parts that all admin pages are made of."""

from events.admin import api_key
from events.schemas.admin import event_type, legacy_type, schema_version

__all__ = ["api_key", "event_type", "legacy_type", "schema_version"]
