"""Entries that hold an identity already."""

from typing import NamedTuple
from uuid import UUID


class Known(NamedTuple):
    """The entry that a (source, id) belongs to."""

    uuid: UUID
    fingerprint: bytes


KnownEntries = dict[tuple[str, str], Known]
