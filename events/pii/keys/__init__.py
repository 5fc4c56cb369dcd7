"""Each tenant's keys: made, wrapped by a key-encryption key, kept unwrapped by processes that need them, rotated and
destroyed. docs/operations.md tells operators how."""
