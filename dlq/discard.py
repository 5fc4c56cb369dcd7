"""Discard: give dead letters up. They stay to be seen and are not sent any more."""

from collections.abc import Iterable

import structlog
from django.db import transaction
from django.db.models import TextField, Value
from django.db.models.functions import Coalesce, Concat, Now

from dlq.act import slices, take_dead
from routing.models import Delivery

log = structlog.get_logger(__name__)


def discard(delivery_ids: Iterable[int], *, reason: str, by: str) -> int:
    """Make the dead ones among these deliveries discarded; how many this call took.

    The reason is kept behind the delivery's last error. `by` names who acts, as logs may show it.
    """
    return sum(_discard(part, reason, by) for part in slices(delivery_ids))


@transaction.atomic
def _discard(delivery_ids: list[int], reason: str, by: str) -> int:
    taken = take_dead(delivery_ids)
    note = f" (discarded by {by}: {reason})" if reason else f" (discarded by {by})"
    Delivery.objects.filter(pk__in=taken, state=Delivery.State.DEAD).update(
        state=Delivery.State.DISCARDED,
        finished_at=Now(),
        error=Concat(Coalesce("error", _text("")), _text(note)),
    )
    log.info("dead_letters.discarded", count=len(taken), by=by)
    return len(taken)


def _text(text: str) -> Value:
    return Value(text, output_field=TextField())
