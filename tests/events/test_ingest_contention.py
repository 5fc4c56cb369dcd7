"""H26: calls with the same events at the same time. PostgreSQL: on SQLite one transaction writes at a time."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction

from events.envelope import CloudEvent
from events.ingest import IngestBusy, Ingested, ingest
from events.models import OutboxEntry
from tests.events.samples import event

pytestmark = pytest.mark.django_db(transaction=True)
In = Callable[..., Future[list[Ingested]]]


@pytest.fixture(autouse=True)
def _postgresql(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


@pytest.fixture
def elsewhere() -> Iterator[In]:
    """Runs something in a thread, on a connection of its own."""

    def run(work: Callable[[], list[Ingested]]) -> list[Ingested]:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor() as pool:
        yield lambda work: pool.submit(run, work)


@contextmanager
def open_transaction(held: CloudEvent, elsewhere: In) -> Iterator[None]:
    """Another transaction has stored `held` and does not end before this context does."""
    stored, end = threading.Event(), threading.Event()

    def hold() -> list[Ingested]:
        with transaction.atomic():
            answers = ingest(held)
            stored.set()
            assert end.wait(20)
        return answers

    future = elsewhere(hold)
    assert stored.wait(20)
    try:
        yield
    finally:
        end.set()
        future.result(20)


def store(*events: CloudEvent) -> list[Ingested]:
    with transaction.atomic():
        return ingest(events)


def timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return str(cursor.fetchone()[0])


def test_h26_batches_in_opposite_order_do_not_deadlock(elsewhere: In) -> None:
    for round_number in range(10):
        events = [event(f"{round_number}-{number}", data="1") for number in range(300)]

        futures = [elsewhere(lambda given=given: store(*given)) for given in (events, events[::-1])]

        answers = [future.result(20) for future in futures]
        assert sorted(answer.duplicate for batch in answers for answer in batch) == [False] * 300 + [True] * 300


def test_h26_an_identity_in_an_open_transaction_is_a_retryable_answer(elsewhere: In) -> None:
    with open_transaction(event(), elsewhere):
        started = time.monotonic()

        with pytest.raises(IngestBusy):
            store(event())

        assert 1 < time.monotonic() - started < 5
    assert store(event())[0].duplicate


def test_h26_other_identities_do_not_wait(elsewhere: In) -> None:
    with open_transaction(event("1"), elsewhere):
        started = time.monotonic()

        store(event("2"))

        assert time.monotonic() - started < 1


def test_h26_calls_that_deadlock_across_transactions_are_retryable(elsewhere: In) -> None:
    meet = threading.Barrier(2)

    def both(first: str, second: str) -> list[Ingested]:
        with transaction.atomic():
            answers = ingest(event(first))
            meet.wait(20)
            return answers + ingest(event(second))

    futures = [elsewhere(lambda: both("1", "2")), elsewhere(lambda: both("2", "1"))]

    errors = [future.exception(20) for future in futures]
    assert any(isinstance(error, IngestBusy) for error in errors)
    assert all(error is None or isinstance(error, IngestBusy) for error in errors)


def test_h26_the_lock_timeout_is_the_callers_own_again() -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '7s'")

        ingest([event("1"), event("2")])
        inside = timeout()
        ingest([event("1"), event("3")])

        assert (inside, timeout()) == ("7s", "7s")
    assert timeout() == "0"


def test_h26_the_lock_timeout_is_back_after_a_call_that_failed(elsewhere: In) -> None:
    with open_transaction(event("1"), elsewhere), transaction.atomic():
        with pytest.raises(IngestBusy), transaction.atomic():
            ingest(event("1"))

        assert timeout() == "0"


def test_a_snapshot_that_cannot_see_the_first_is_retryable(elsewhere: In) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT 1 FROM events_outboxentry")
        elsewhere(lambda: store(event())).result(20)

        with pytest.raises(IngestBusy):
            ingest(event())


def test_the_statement_for_one_may_be_prepared_and_that_for_many_never_is(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    monkeypatch.setattr(connection.connection, "prepare_threshold", 0)
    for number in range(8):
        store(event(f"few-{number}"))

    for first in (0, 3):
        store(*(event(f"many-{number}") for number in range(first, first + 3)))

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%events_outboxentry%%'")
        assert cursor.fetchone() == (1,)
    assert OutboxEntry.objects.count() == 14
