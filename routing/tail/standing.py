"""How an event stands: its state and that of each of its deliveries, without its data."""

from dataclasses import dataclass
from typing import Any

from events.models import OutboxEntry
from routing.entry_state import entry_state
from routing.models import Delivery

FINAL = frozenset({"delivered", "discarded"})


@dataclass(frozen=True, slots=True)
class Leg:
    """One delivery."""

    destination: str
    state: str
    attempts: int
    error_class: str | None
    receipt: str | None

    def __str__(self) -> str:
        if self.state == Delivery.State.DELIVERED:
            return f"{self.destination}:delivered({self.receipt})" if self.receipt else f"{self.destination}:delivered"
        tries = f"{self.attempts} tries" if self.attempts > 1 else ""
        told = ", ".join(part for part in (self.error_class, tries) if part)
        return f"{self.destination}:{self.state}({told})" if told else f"{self.destination}:{self.state}"


@dataclass(frozen=True, slots=True)
class Standing:
    """Two of one event are equal as long as nothing happened to it."""

    state: str
    legs: tuple[Leg, ...]

    @property
    def final(self) -> bool:
        return self.state in FINAL

    def as_dict(self) -> dict[str, Any]:
        names = Leg.__dataclass_fields__
        legs = [{name: getattr(leg, name) for name in names} for leg in self.legs]
        return {"state": self.state, "deliveries": legs}


def standing_of(entry: OutboxEntry) -> Standing:
    """Cheap on an entry that was read with `pending`, `unrouted` and `deliveries__destination`."""
    legs = [
        Leg(each.destination.name, each.state, each.attempts, each.error_class, each.receipt)
        for each in entry.deliveries.all()
    ]
    return Standing(entry_state(entry), tuple(sorted(legs, key=lambda leg: leg.destination)))


def described(entry: OutboxEntry) -> dict[str, Any]:
    """An event by its attributes and its standing, for programs."""
    return {
        "id": str(entry.uuid),
        "event_id": entry.event_id,
        "source": entry.source,
        "type": entry.type,
        "subject": entry.subject,
        "partitionkey": entry.partitionkey,
        "tenant": entry.tenant,
        "accepted_at": entry.accepted_at.isoformat(),
        **standing_of(entry).as_dict(),
    }
