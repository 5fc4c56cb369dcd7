"""Admin pages of dead letters, unrouted events and what is done to many of them. Importing a module registers it."""

from dlq.admin import dead_letter, operation, unrouted

__all__ = ["dead_letter", "operation", "unrouted"]
