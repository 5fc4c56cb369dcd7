"""What a policy's decision does to an event, and how it is undone for those who may. Pure; keys are handed in."""

from events.pii.protection.acts import Act
from events.pii.protection.errors import NotLocatedError, PiiBlockedError
from events.pii.protection.protect import Protected, protect
from events.pii.protection.reveal import Revealed, Unreadable, reveal, reveal_text

__all__ = [
    "Act",
    "NotLocatedError",
    "PiiBlockedError",
    "Protected",
    "Revealed",
    "Unreadable",
    "protect",
    "reveal",
    "reveal_text",
]
