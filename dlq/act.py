"""What redrive and discard have in common: each letter is taken by one act, however many people act at once."""

from collections.abc import Iterable, Iterator
from itertools import islice

from routing.models import Delivery

SLICE = 1000


def slices(delivery_ids: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(delivery_ids)
    while part := list(islice(remaining, SLICE)):
        yield part


def take_dead(delivery_ids: list[int]) -> list[int]:
    """Lock the dead ones among these deliveries to the end of the transaction, in an order all acts share."""
    dead = Delivery.objects.filter(pk__in=delivery_ids, state=Delivery.State.DEAD)
    return list(dead.order_by("pk").select_for_update().values_list("pk", flat=True))
