"""What a person or program does to one dead letter, with the record of it."""

from django.db import transaction

from dlq.discard import discard
from dlq.redrive import redrive
from events.audit.record import record
from events.who import Actor, named
from routing.models import Delivery

SUBJECT = "dead letter"
DEAD = {"state": Delivery.State.DEAD.value}


@transaction.atomic
def redrive_one(delivery_id: int, *, by: Actor) -> bool:
    """Put a dead letter back on its way. False if it is dead no longer."""
    taken = bool(redrive([delivery_id], by=named(by)))
    if taken:
        after = {"state": Delivery.State.PENDING.value}
        record("dead_letter.redriven", SUBJECT, delivery_id, before=DEAD, after=after, by=by)
    return taken


@transaction.atomic
def discard_one(delivery_id: int, *, reason: str, by: Actor) -> bool:
    """Give a dead letter up. False if it is dead no longer."""
    taken = bool(discard([delivery_id], reason=reason, by=named(by)))
    if taken:
        after = {"state": Delivery.State.DISCARDED.value}
        record("dead_letter.discarded", SUBJECT, delivery_id, before=DEAD, after=after, reason=reason, by=by)
    return taken
