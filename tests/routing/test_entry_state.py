import pytest

from events.models import PendingEntry
from routing.entry_state import derive_state, entry_state
from routing.models import Unrouted
from tests.routing import made


@pytest.mark.parametrize(
    ("waits", "unrouted", "deliveries", "state"),
    [
        (True, False, set(), "pending"),
        (True, False, {"dead"}, "pending"),
        (False, False, {"delivered", "pending", "dead"}, "pending"),
        (False, True, set(), "unrouted"),
        (False, False, {"delivered", "dead", "discarded"}, "dead"),
        (False, False, {"delivered"}, "delivered"),
        (False, False, {"delivered", "discarded"}, "delivered"),
        (False, False, {"discarded"}, "discarded"),
    ],
)
def test_the_state_of_an_entry_is_that_of_what_is_left_to_do(
    waits: bool, unrouted: bool, deliveries: set[str], state: str
) -> None:
    assert derive_state(waits=waits, unrouted=unrouted, deliveries=deliveries) == state


@pytest.mark.django_db
def test_it_is_read_from_the_rows_around_the_entry() -> None:
    waits, unwanted, dead = made.entry(), made.entry(), made.entry()
    PendingEntry.objects.create(entry=waits, shard=0)
    Unrouted.objects.create(entry=unwanted, table_version=1)
    made.dead(made.destination(), dead)

    assert [entry_state(entry) for entry in (waits, unwanted, dead)] == ["pending", "unrouted", "dead"]
