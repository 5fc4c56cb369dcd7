"""An act on many keeps its rate, whoever does it and however often it is interrupted. H14."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import F
from django.db.models.functions import Now

from dlq.models import Operation
from dlq.operations.cancel import cancel
from dlq.operations.follow import follow
from dlq.operations.lease import abandoned, claim, due_in
from dlq.operations.pace import CREDIT, due_again, slice_size
from dlq.operations.run import resume, run
from dlq.operations.start import start
from dlq.operations.subject import Subject
from events.clock import database_now
from routing.models import Delivery
from tests.routing import made

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def letters(count: int) -> None:
    nats = made.destination()
    for _ in range(count):
        made.dead(nats)


def asked(rate: int | None, kind: Operation.Kind = Operation.Kind.REDRIVE) -> Operation:
    return start(kind, Subject(), by=User(pk=1), rate=rate, announced=False)


def pending() -> int:
    return Delivery.objects.filter(state="pending").count()


def pass_seconds(operation: Operation, seconds: float) -> None:
    """As if so much time had gone by since the last slice, its worker dead or alive."""
    earlier = timedelta(seconds=seconds)
    Operation.objects.filter(pk=operation.pk).update(due_at=F("due_at") - earlier, expires_at=F("expires_at") - earlier)


def test_a_slice_is_a_second_of_the_rate_and_never_more_than_a_slice() -> None:
    assert [slice_size(rate, 500) for rate in (None, 1, 40, 500, 501, 100_000)] == [500, 1, 40, 500, 500, 500]


def test_what_was_taken_moves_the_next_slice_by_as_long_as_the_rate_says() -> None:
    assert due_again(None, NOON, taken=10, rate=20) == NOON + timedelta(seconds=0.5)
    assert due_again(NOON, NOON, taken=20, rate=20) == NOON + timedelta(seconds=1)
    assert due_again(NOON, NOON, taken=0, rate=20) == NOON


def test_a_worker_that_came_late_makes_up_for_seconds_and_never_for_an_outage() -> None:
    late, away = NOON - timedelta(seconds=2), NOON - timedelta(hours=2)

    assert due_again(late, NOON, taken=20, rate=20) == NOON - timedelta(seconds=1)
    assert due_again(away, NOON, taken=20, rate=20) == NOON - CREDIT + timedelta(seconds=1)


def test_after_a_second_of_the_rate_it_waits_for_the_next() -> None:
    letters(12)
    operation = asked(5)

    wait = run(operation.pk)

    assert wait is not None
    assert 0.0 < wait <= 1.0
    assert pending() == 5
    assert abandoned() == []
    assert claim(operation.pk) is None
    resume()
    assert pending() == 5


def test_without_a_rate_nothing_waits() -> None:
    letters(12)

    assert run(asked(None).pk) is None
    assert pending() == 12


@pytest.mark.parametrize("interrupted", [False, True])
def test_it_goes_on_at_its_rate_when_its_time_has_come(interrupted: bool) -> None:
    """Also by the next worker, after the one before died with the lease in hand."""
    letters(12)
    operation = asked(5)
    counts = []
    while operation.open:
        run(operation.pk)
        counts.append(pending())
        if interrupted and (token := claim(operation.pk)):
            Operation.objects.filter(token=token).update(expires_at=Now())
        pass_seconds(operation, 1)
        operation.refresh_from_db()

    assert counts[:3] == [5, 10, 12]
    assert (operation.state, operation.taken) == ("done", 12)


def test_an_outage_is_not_made_up_for_all_at_once() -> None:
    letters(60)
    operation = asked(5)
    run(operation.pk)
    pass_seconds(operation, 3600)

    run(operation.pk)

    # Seconds' worth of credit, and the slice that is due.
    assert 5 < pending() <= 5 + 5 * (CREDIT.total_seconds() + 2)


def test_what_others_took_costs_nothing_of_the_rate() -> None:
    letters(12)
    operation = asked(5)
    Delivery.objects.update(state="discarded")

    run(operation.pk)

    operation.refresh_from_db()
    assert (operation.taken, operation.state) == (0, "done")


def test_one_that_waits_for_its_time_can_be_cancelled() -> None:
    letters(12)
    operation = asked(5)
    run(operation.pk)

    assert cancel(operation, by=User(pk=2))
    pass_seconds(operation, 1)
    assert run(operation.pk) is None

    operation.refresh_from_db()
    assert (operation.state, pending()) == ("cancelled", 5)


def test_when_it_is_due_is_told_to_who_comes_early_and_to_nobody_else() -> None:
    letters(12)
    operation = asked(5)
    run(operation.pk)

    early, again = due_in(operation.pk), run(operation.pk)

    assert early is not None
    assert again is not None
    pass_seconds(operation, 1)
    assert claim(operation.pk)
    assert (due_in(operation.pk), run(operation.pk)) == (None, None)


@pytest.mark.django_db(transaction=True)
def test_by_the_clock_of_the_database_no_more_go_than_the_rate_allows() -> None:
    """Two workers at once, each coming as soon as it may: what they do together is the rate of the operation."""
    letters(60)
    operation = asked(20)
    begun = database_now()
    seen: list[tuple[float, int]] = []

    def work() -> None:
        follow(Operation.objects.get(pk=operation.pk), lambda now: seen.append((elapsed(), now.taken)))

    def elapsed() -> float:
        return (database_now() - begun).total_seconds()

    made.at_once(work, work)

    operation.refresh_from_db()
    assert (operation.state, operation.taken, pending()) == ("done", 60, 60)
    # Lower bounds only: a busy machine may be slower, and none may be faster. The first second's worth goes at once.
    assert all(taken <= 20 * (seconds + 1) + 1 for seconds, taken in seen)
    assert elapsed() >= 1.9


def test_the_page_that_asks_takes_a_rate(admin_client: Any) -> None:
    letters(3)
    page = "/admin/dlq/deadletter/many/redrive/"
    shown = admin_client.get(page)

    for bad in ("0", "-1", "1.5", "x", "1000000000"):
        body = {"expected_count": 3, "as_of": shown.context["as_of"], "note": "x", "rate": bad}
        assert admin_client.post(page, body).status_code == 200
    assert not Operation.objects.exists()
    admin_client.post(page, {**body, "rate": "7"})

    assert Operation.objects.get().rate == 7
    assert (
        "at most 7 a second"
        in admin_client.get(f"/admin/dlq/operation/{Operation.objects.get().pk}/change/").content.decode()
    )


def test_giving_up_makes_no_traffic_and_offers_no_rate(admin_client: Any) -> None:
    letters(1)

    assert 'name="rate"' in admin_client.get("/admin/dlq/deadletter/many/redrive/").content.decode()
    assert 'name="rate"' not in admin_client.get("/admin/dlq/deadletter/many/discard/").content.decode()


def test_the_command_keeps_a_rate() -> None:
    letters(3)

    call_command("redrive", "--all", "--yes", "--no-wait", "--rate", "7", stdout=StringIO())

    assert Operation.objects.get().rate == 7


@pytest.mark.parametrize("rate", ["0", "-1", "1.5", "fast", "1000000000"])
def test_the_command_refuses_what_is_no_rate(rate: str) -> None:
    with pytest.raises(CommandError, match="a whole number from 1 to 100000"):
        call_command("redrive", "--all", "--yes", "--rate", rate)
