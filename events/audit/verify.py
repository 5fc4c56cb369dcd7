"""Whether the chain is whole, and whether it still ends where it once was anchored."""

from collections.abc import Iterator
from dataclasses import dataclass

from events.audit.anchors import Anchor
from events.audit.chain import GENESIS, Break, Link, first_break, wrong_with
from events.models import AuditRecord

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Verified:
    """`records` were looked at; `broken` is the first that does not fit, None if all do."""

    records: int
    broken: Break | None


def verify(anchors: list[Anchor] | None = None) -> Verified:
    """Look at every record, in order, and at those that were anchored."""
    count = AuditRecord.objects.count()
    broken = first_break(_links()) or next(_unanchored(anchors or []), None)
    return Verified(count, broken)


def wrong_with_one(record: AuditRecord) -> str | None:
    """What is wrong with a record as a successor of the one before it; None if it fits."""
    before = AuditRecord.objects.filter(number=record.number - 1).values_list("digest", flat=True).first()
    if before is None and record.number != 1:
        return "has no record before it: that was removed"
    return wrong_with(Link(*(getattr(record, name) for name in Link._fields)), before or GENESIS)


def head() -> Anchor | None:
    """The newest record, for an anchor; None while nothing is recorded."""
    newest = AuditRecord.objects.first()
    return None if newest is None else Anchor(newest.number, newest.digest)


def _links() -> Iterator[Link]:
    rows = AuditRecord.objects.order_by("number").values_list(*Link._fields)
    return (Link(*row) for row in rows.iterator(chunk_size=CHUNK))


def _unanchored(anchors: list[Anchor]) -> Iterator[Break]:
    digests = dict(
        AuditRecord.objects.filter(number__in=[anchor.number for anchor in anchors]).values_list("number", "digest")
    )
    for anchor in sorted(anchors):
        if anchor.number not in digests:
            yield Break(anchor.number, "was anchored and is missing: the end of the chain was cut off")
        elif digests[anchor.number] != anchor.digest:
            yield Break(anchor.number, "is not the record that was anchored: the chain was written anew")
