"""Key-encryption keys: they wrap data keys and are themselves kept elsewhere."""

from events.pii.keys.kek.configured import configured, current, for_id
from events.pii.keys.kek.port import KeyContext, KeyEncryptionKey

__all__ = ["KeyContext", "KeyEncryptionKey", "configured", "current", "for_id"]
