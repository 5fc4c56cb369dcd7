"""Entries that hold an identity already."""

from typing import NamedTuple
from uuid import UUID

from events.who import HeldKey


class Known(NamedTuple):
    """The entry that a (source, id) belongs to."""

    uuid: UUID
    fingerprint: bytes


class Terms(NamedTuple):
    """What must hold when rows are stored: `number` is the registry's, by which they were decided about.

    `key` is the API key that they are stored for, where it was not looked up for this call.
    """

    tenant: str
    number: int
    key: HeldKey | None = None


Identity = tuple[str, str]
"""Source and id of an event."""
KnownEntries = dict[Identity, Known]
