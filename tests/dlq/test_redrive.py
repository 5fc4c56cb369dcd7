from datetime import timedelta
from functools import partial

import pytest
from django.db.models.functions import Now
from pytest_django import DjangoCaptureOnCommitCallbacks

from dlq import act
from dlq.redrive import redrive
from events import wakeup
from routing.models import Delivery
from tests.routing import made

pytestmark = pytest.mark.django_db


def test_a_dead_letter_is_pending_again_and_due_at_once() -> None:
    letter = made.dead(made.destination(), attempts=3, first_failed_at=Now(), finished_at=Now(), held_base_seconds=9)

    assert redrive([letter.pk], by="user 1") == 1

    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.held_base_seconds) == ("pending", 0, 0.0)
    assert (letter.first_failed_at, letter.finished_at) == (None, None)
    assert Delivery.objects.filter(pk=letter.pk, next_attempt_at__lte=Now()).exists()


def test_what_happened_before_stays_to_be_seen() -> None:
    nats = made.destination()
    letter = made.dead(
        nats, ambiguous_since=Now() - timedelta(hours=1), shard=5, partitionkey="k", reach=2, fallbacks=[7]
    )

    redrive([letter.pk], by="user 1")

    after = Delivery.objects.get(pk=letter.pk)
    assert (after.error_class, after.error) == ("too_large", "larger than allowed")
    assert after.ambiguous_since is not None
    assert (after.destination, after.shard, after.partitionkey, after.reach, after.fallbacks) == (nats, 5, "k", 2, [7])
    assert after.tries.count() == 1


@pytest.mark.parametrize("state", ["pending", "delivered", "discarded"])
def test_only_dead_ones_are_taken(state: str) -> None:
    other = made.delivery(made.destination(), state, attempts=2)

    assert redrive([other.pk, 999_999], by="user 1") == 0

    other.refresh_from_db()
    assert (other.state, other.attempts) == (state, 2)


def test_a_letter_goes_once_however_often_it_is_redriven() -> None:
    letter = made.dead(made.destination())

    assert [redrive([letter.pk], by="user 1"), redrive([letter.pk], by="user 2")] == [1, 0]


def test_many_are_taken_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(act, "SLICE", 2)
    nats = made.destination()

    assert redrive((made.dead(nats).pk for _ in range(5)), by="user 1") == 5
    assert not Delivery.objects.filter(state="dead").exists()


def test_it_wakes_the_relay_after_the_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    letter = made.dead(made.destination())

    with django_capture_on_commit_callbacks() as callbacks:
        redrive([letter.pk], by="user 1")

    assert callbacks == [wakeup.hint]


@pytest.mark.django_db(transaction=True)
def test_of_two_operators_at_once_each_letter_goes_by_one() -> None:
    """H14: in opposite orders, so that a lock order of their own would deadlock."""
    nats = made.destination()
    ids = [made.dead(nats).pk for _ in range(20)]

    taken = made.at_once(partial(redrive, ids, by="user 1"), partial(redrive, ids[::-1], by="user 2"))

    assert sum(taken) == 20
    assert Delivery.objects.filter(state="pending").count() == 20
