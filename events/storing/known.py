"""Entries that hold an identity already."""

from typing import NamedTuple
from uuid import UUID


class Known(NamedTuple):
    """The entry that a (source, id) belongs to."""

    uuid: UUID
    fingerprint: bytes


Identity = tuple[str, str]
"""Source and id of an event."""
KnownEntries = dict[Identity, Known]
