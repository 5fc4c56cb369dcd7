"""How an accepted event stands: derived from what waits and what became of its deliveries, stored nowhere."""

from collections.abc import Collection

from events.models import OutboxEntry
from routing.models import Delivery

State = Delivery.State
UNROUTED = "unrouted"
STATES = (State.PENDING.value, UNROUTED, State.DEAD.value, State.DELIVERED.value, State.DISCARDED.value)


def entry_state(entry: OutboxEntry) -> str:
    """One of STATES. Cheap on an entry read with `pending`, `unrouted` and `deliveries`."""
    return derive_state(
        waits=hasattr(entry, "pending"),
        unrouted=hasattr(entry, "unrouted"),
        deliveries={delivery.state for delivery in entry.deliveries.all()},
    )


def derive_state(*, waits: bool, unrouted: bool, deliveries: Collection[str]) -> str:
    if waits or State.PENDING in deliveries:
        return State.PENDING.value
    if unrouted:
        return UNROUTED
    if State.DEAD in deliveries:
        return State.DEAD.value
    return State.DISCARDED.value if set(deliveries) == {State.DISCARDED} else State.DELIVERED.value
