import pytest
from django.db import transaction

from events.schemas.registry.number import bump, current
from tests.routing.made import at_once

pytestmark = pytest.mark.django_db


def seen_within() -> int:
    """The number in a transaction that is taken back."""
    with transaction.atomic():
        bump()
        number = current()
        transaction.set_rollback(True)
    return number


def test_it_begins_at_nothing_and_is_another_after_each_change() -> None:
    seen = [current()]

    for _ in range(3):
        bump()
        seen.append(current())

    assert seen[0] == 0
    assert len(set(seen)) == 4


@pytest.mark.django_db(transaction=True)
def test_bumps_at_once_never_wait_for_each_other_for_good() -> None:
    before = current()

    at_once(*[bump] * 8)

    assert current() != before


@pytest.mark.django_db(transaction=True)
def test_nobody_sees_it_before_the_change_it_tells_of() -> None:
    bump()
    before = current()

    with transaction.atomic():
        bump()
        [elsewhere] = at_once(current)

    assert elsewhere == before != current()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_taken_back_leaves_its_number_to_nobody() -> None:
    bump()
    before = current()

    within = seen_within()
    after = current()
    bump()

    assert after == before
    assert len({before, within, current()}) == 3
