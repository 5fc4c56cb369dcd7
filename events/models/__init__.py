from events.models.api_key import ApiKey
from events.models.entry import OutboxEntry, PendingEntry
from events.models.revisioned import Revisioned

__all__ = ["ApiKey", "OutboxEntry", "PendingEntry", "Revisioned"]
