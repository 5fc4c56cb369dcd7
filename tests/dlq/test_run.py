import os
import signal
import subprocess
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now

from dlq import tasks
from dlq.models import Operation
from dlq.operations import run as running
from dlq.operations.cancel import cancel
from dlq.operations.lease import claim
from dlq.operations.run import resume, run
from dlq.operations.start import start
from dlq.operations.subject import Subject
from events.models import PendingEntry
from routing.models import Delivery
from tests.routing import made

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
KILLED_AFTER_A_SLICE = """
import os, signal, sys
import django
django.setup()
from dlq.operations import run as running
running.SLICE = 2
running.run(int(sys.argv[1]), after_slice=lambda _: os.kill(os.getpid(), signal.SIGKILL))
"""


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SLICE", 2)


def letters(count: int = 5) -> list[Delivery]:
    nats = made.destination()
    return [made.dead(nats) for _ in range(count)]


def asked(kind: Operation.Kind = Operation.Kind.REDRIVE, subject: Subject | None = None) -> Operation:
    return start(kind, subject or Subject(), by=User(pk=1), reason="a test", announced=False)


def count(state: str) -> int:
    return Delivery.objects.filter(state=state).count()


def lapse(operation: Operation) -> None:
    """Its worker died long ago."""
    Operation.objects.filter(pk=operation.pk).update(expires_at=Now() - timedelta(seconds=1))


def test_it_redrives_slice_by_slice_to_the_end() -> None:
    last = letters(5)[-1]
    operation = asked()
    steps: list[tuple[int, str]] = []

    more = run(operation.pk, after_slice=lambda now: steps.append((now.taken, now.state)))

    operation.refresh_from_db()
    assert steps == [(2, "running"), (4, "running"), (5, "running"), (5, "done")]
    assert (more, count("pending"), operation.position) == (None, 5, last.pk)
    assert operation.started_at
    assert operation.finished_at
    assert (operation.token, operation.expires_at) == (None, None)


def test_it_discards_with_the_reason() -> None:
    letter = letters(1)[0]

    run(asked(Operation.Kind.DISCARD).pk)

    letter.refresh_from_db()
    assert letter.state == "discarded"
    assert letter.error is not None
    assert letter.error.endswith("(discarded by user 1: a test)")


def test_it_routes_again() -> None:
    """H13."""
    rows = [made.unrouted() for _ in range(3)]

    run(asked(Operation.Kind.ROUTE_AGAIN).pk)

    assert set(PendingEntry.objects.values_list("pk", flat=True)) == {row.pk for row in rows}


def test_named_ones_are_taken_and_no_others() -> None:
    chosen = letters(6)

    run(asked(subject=Subject.chosen([one.pk for one in chosen[:0:-1]])).pk)

    assert (count("pending"), count("dead")) == (5, 1)


def test_what_dies_later_is_not_part_of_it() -> None:
    letter = letters(1)[0]
    waiting = made.delivery(letter.destination, "pending")
    operation = asked()
    made.dead(letter.destination)
    Delivery.objects.filter(pk=waiting.pk).update(state="dead", finished_at=Now())

    run(operation.pk)

    operation.refresh_from_db()
    assert (operation.taken, count("dead")) == (1, 2)


def test_an_age_counts_from_when_it_was_asked_for() -> None:
    letters(2)
    operation = asked(subject=Subject(query="since:1m"))
    Operation.objects.filter(pk=operation.pk).update(as_of=Now() + timedelta(minutes=5))

    run(operation.pk)

    assert count("dead") == 2


def test_a_letter_that_somebody_else_took_is_not_counted() -> None:
    chosen = letters(3)
    operation = asked()
    Delivery.objects.filter(pk=chosen[1].pk).update(state="discarded")

    run(operation.pk)

    operation.refresh_from_db()
    assert (operation.taken, operation.total, operation.state) == (2, 3, "done")


def test_it_gives_others_a_turn_when_its_time_is_up() -> None:
    letters(5)
    operation = asked()

    turns = [run(operation.pk, seconds=0) for _ in range(4)]

    assert turns == [0.0, 0.0, 0.0, None]
    assert count("pending") == 5


def test_one_that_is_worked_on_is_left_alone() -> None:
    letters()
    operation = asked()
    claim(operation.pk)

    assert run(operation.pk) is None
    resume()
    assert count("dead") == 5


def test_a_worker_whose_lease_passed_to_another_does_no_further_slice() -> None:
    """H5, H17."""
    letters()
    operation = asked()

    def taken_over(_: Operation) -> None:
        lapse(operation)
        assert claim(operation.pk)

    assert run(operation.pk, after_slice=taken_over) is None
    assert count("pending") == 2


def test_a_slice_whose_worker_fails_in_it_counts_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    letters()
    operation = asked()
    with monkeypatch.context() as patch:
        patch.setattr(running, "_write", lambda *_args, **_values: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run(operation.pk)
    assert count("dead") == 5

    lapse(operation)
    resume()

    operation.refresh_from_db()
    assert (operation.state, operation.taken, count("pending")) == ("done", 5, 5)


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_left_is_done_by_the_next(database_url: str) -> None:
    """H1, H14: killed between two slices; nothing in Redis is needed to go on."""
    letters()
    operation = asked()

    env = {**os.environ, "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    env["TEST_DATABASE_URL"] = database_url
    command = [sys.executable, "-c", KILLED_AFTER_A_SLICE, str(operation.pk)]
    killed = subprocess.run(command, cwd=ROOT, env=env, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert count("pending") == 2

    resume()
    assert count("pending") == 2, "its lease has not passed yet"
    lapse(operation)
    resume()

    operation.refresh_from_db()
    assert (operation.state, operation.taken) == ("done", 5)
    assert count("pending") == 5


@pytest.mark.django_db(transaction=True)
def test_two_workers_of_one_operation_do_each_slice_once() -> None:
    """H5, H14."""
    letters(20)
    operation = asked()

    made.at_once(partial(run, operation.pk), partial(run, operation.pk))

    operation.refresh_from_db()
    assert (operation.state, operation.taken, count("pending")) == ("done", 20, 20)


@pytest.mark.django_db(transaction=True)
def test_of_two_operators_at_once_each_letter_goes_by_one() -> None:
    """H14."""
    letters(20)
    redrives, discards = asked(), asked(Operation.Kind.DISCARD)

    made.at_once(partial(run, redrives.pk), partial(run, discards.pk))

    redrives.refresh_from_db()
    discards.refresh_from_db()
    assert redrives.taken + discards.taken == 20
    assert (count("pending"), count("discarded")) == (redrives.taken, discards.taken)


def test_it_ends_when_it_is_cancelled() -> None:
    letters()
    operation = asked()
    run(operation.pk, seconds=0)

    assert cancel(operation, by=User(pk=2))
    assert run(operation.pk) is None

    operation.refresh_from_db()
    assert (operation.state, operation.taken, operation.cancelled_by) == ("cancelled", 2, "user 2")
    assert (count("pending"), count("dead")) == (2, 3)


def test_one_that_nobody_has_begun_is_cancelled_at_once() -> None:
    letters()
    operation = asked()

    assert cancel(operation, by=User(pk=2))
    assert operation.state == "cancelled"
    run(operation.pk)
    assert count("dead") == 5


def test_what_is_done_cannot_be_cancelled() -> None:
    operation = asked()
    run(operation.pk)

    assert not cancel(operation, by=User(pk=2))
    assert (operation.state, operation.cancelled_by) == ("done", "")


def test_one_that_cannot_be_done_fails_and_says_so() -> None:
    nats = made.destination()
    operation = asked(subject=Subject(query="dest:nats"))
    nats.delete()

    run(operation.pk)

    operation.refresh_from_db()
    assert (operation.state, operation.error) == ("failed", "QueryError")
    assert operation.finished_at


def test_the_beat_goes_on_with_what_no_message_reached() -> None:
    """H3: a task's message was lost."""
    letters()
    operation = asked()

    tasks.resume_operations()

    operation.refresh_from_db()
    assert operation.state == "done"


def test_a_task_does_its_operation() -> None:
    letters()
    operation = asked()

    tasks.run_operation(operation.pk)

    assert count("pending") == 5
