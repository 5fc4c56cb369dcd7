"""What the product's tables say happened, as plain values."""

from dataclasses import dataclass, field
from typing import NamedTuple

from events.models import OutboxEntry, PendingEntry
from routing.models import Delivery, RoutingTable, Unrouted


class Row(NamedTuple):
    """One delivery."""

    event_id: str
    uuid: str
    destination: str
    destination_id: int
    state: str
    version: int
    receipt: str | None
    error_class: str | None
    duplicate: bool = False
    """The stream had it already: an earlier try had arrived."""


@dataclass(slots=True)
class Tables:
    """`stored` maps the ids of outbox entries to their uuids, `unrouted` to table versions, `layouts` from those."""

    stored: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    unrouted: dict[str, int] = field(default_factory=dict)
    layouts: dict[int, str] = field(default_factory=dict)
    waiting: int = 0
    """Pending entries and deliveries: none once everything is drained."""


def read() -> Tables:
    columns = ("entry__event_id", "entry__uuid", "destination__name", "destination_id", "state", "table_version",
               "receipt", "error_class", "duplicate")  # fmt: skip
    return Tables(
        stored={event_id: uuid.hex for event_id, uuid in OutboxEntry.objects.values_list("event_id", "uuid")},
        rows=[Row(event_id, uuid.hex, *rest) for event_id, uuid, *rest in Delivery.objects.values_list(*columns)],
        unrouted=dict(Unrouted.objects.values_list("entry__event_id", "table_version")),
        layouts=dict(RoutingTable.objects.values_list("version", "note")),
        waiting=count_waiting(),
    )


def count_waiting() -> int:
    return PendingEntry.objects.count() + Delivery.objects.filter(state="pending").count()
