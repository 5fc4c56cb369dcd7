"""The chain of audit records: what a digest covers, and where a chain is broken."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

GENESIS = "0" * 64
"""What the first record has for a predecessor."""


class Link(NamedTuple):
    """A record as the chain sees it; `before` and `after` are JSON texts."""

    number: int
    at: datetime
    by: str
    tenant: str
    act: str
    subject: str
    subject_id: str
    before: str
    after: str
    reason: str
    previous: str
    digest: str = ""


class Break(NamedTuple):
    """The first record that does not fit, by its number, and what is wrong with it."""

    number: int
    what: str


def digest_of(link: Link) -> str:
    """SHA-256 over the members in their order, as a JSON array, in hexadecimal."""
    members = [link.number, link.at.astimezone(UTC).isoformat(timespec="microseconds"), *link[2:-1]]
    return hashlib.sha256(json.dumps(members, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def wrong_with(link: Link, before: str) -> str | None:
    """What keeps a record from following the one with the digest `before`; None if it does."""
    if link.previous != before:
        return "does not follow the record before it: one of the two was changed"
    return "was changed" if digest_of(link) != link.digest else None


def first_break(links: Iterable[Link]) -> Break | None:
    """Where the chain breaks, of records in the order of their numbers; None for a whole one."""
    return next(_breaks(links), None)


def _breaks(links: Iterable[Link]) -> Iterator[Break]:
    number, digest = 0, GENESIS
    for link in links:
        if link.number != number + 1:
            yield Break(number + 1, "is missing")
            return
        if wrong := wrong_with(link, digest):
            yield Break(link.number, wrong)
        number, digest = link.number, link.digest
