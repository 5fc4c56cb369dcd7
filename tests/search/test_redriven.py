"""What the timeline concludes of a redrive, which leaves no row of its own."""

import pytest
from django.db.models import QuerySet

from events.models import OutboxEntry
from routing.models import Attempt, Destination
from routing.search.way import way_of
from tests.routing import made

pytestmark = pytest.mark.django_db


def leg_after(state: str, attempts: int, *tries: tuple[Destination, str, int]) -> tuple[list[bool], bool]:
    """Before which tries of a delivery it was redriven, and whether after the last."""
    delivery = made.delivery(tries[-1][0], state, attempts=attempts)
    for destination, outcome, number in tries:
        Attempt.objects.create(
            delivery=delivery, destination=destination, number=number, duration_seconds=0.1, outcome=outcome,
            error_class="refused", error="no",
        )  # fmt: skip
    entries: QuerySet[OutboxEntry] = OutboxEntry.objects.prefetch_related(
        "deliveries__destination", "deliveries__tries"
    )
    [leg] = way_of(entries.get(pk=delivery.entry_id)).legs
    return [one.again for one in leg.tries], leg.redriven


@pytest.mark.parametrize(
    ("state", "attempts", "outcome", "number", "redriven"),
    [
        ("delivered", 1, "permanent", 1, True),
        ("delivered", 1, "retryable", 3, True),
        ("delivered", 2, "retryable", 1, False),
        ("delivered", 1, "ambiguous", 0, False),
        ("pending", 0, "permanent", 1, True),
        ("pending", 0, "retryable", 3, True),
        ("pending", 1, "retryable", 1, False),
        ("pending", 0, "ambiguous", 0, False),
        ("dead", 1, "permanent", 1, False),
        ("discarded", 3, "retryable", 3, False),
    ],
)
def test_what_follows_the_last_failure_says_whether_it_was_redriven(
    state: str, attempts: int, outcome: str, number: int, redriven: bool
) -> None:
    assert leg_after(state, attempts, (made.destination(), outcome, number)) == ([False], redriven)


def test_a_count_that_begins_again_is_a_redrive() -> None:
    nats = made.destination()

    again, redriven = leg_after("dead", 1, (nats, "retryable", 1), (nats, "retryable", 1))

    assert (again, redriven) == ([False, True], False)


def test_a_count_that_begins_again_elsewhere_is_a_failover() -> None:
    nats, eventbridge = made.destination("nats"), made.destination("eventbridge")

    again, redriven = leg_after("delivered", 2, (nats, "retryable", 3), (eventbridge, "retryable", 1))

    assert (again, redriven) == ([False, False], False)


def test_a_silence_that_is_counted_with_the_try_before_it_is_none() -> None:
    nats = made.destination()

    again, redriven = leg_after("pending", 1, (nats, "retryable", 1), (nats, "ambiguous", 1))

    assert (again, redriven) == ([False, False], False)
