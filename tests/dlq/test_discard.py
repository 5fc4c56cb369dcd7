from functools import partial

import pytest

from dlq.discard import discard
from dlq.redrive import redrive
from routing.models import Delivery
from tests.routing import made

pytestmark = pytest.mark.django_db


def test_a_discarded_letter_is_given_up_with_its_reason_and_stays_to_be_seen() -> None:
    letter = made.dead(made.destination())

    assert discard([letter.pk], reason="a test event", by="user 1") == 1

    letter.refresh_from_db()
    assert letter.state == "discarded"
    assert letter.finished_at is not None
    assert letter.error == "larger than allowed (discarded by user 1: a test event)"


def test_a_letter_without_error_or_reason_can_be_discarded_too() -> None:
    letter = made.dead(made.destination(), error=None)

    discard([letter.pk], reason="", by="user 1")

    letter.refresh_from_db()
    assert letter.error == " (discarded by user 1)"


@pytest.mark.parametrize("state", ["pending", "delivered", "discarded"])
def test_only_dead_ones_are_taken(state: str) -> None:
    other = made.delivery(made.destination(), state)

    assert discard([other.pk, 999_999], reason="", by="user 1") == 0

    other.refresh_from_db()
    assert (other.state, other.error) == (state, None)


@pytest.mark.django_db(transaction=True)
def test_a_letter_is_redriven_or_discarded_and_never_both() -> None:
    nats = made.destination()
    ids = [made.dead(nats).pk for _ in range(20)]

    redriven, discarded = made.at_once(
        partial(redrive, ids, by="user 1"), partial(discard, ids, reason="", by="user 2")
    )

    assert redriven + discarded == 20
    assert Delivery.objects.filter(state="pending").count() == redriven
    assert Delivery.objects.filter(state="discarded").count() == discarded
