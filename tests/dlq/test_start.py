from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now
from pytest_django import DjangoCaptureOnCommitCallbacks

from dlq.models import Operation
from dlq.operations import plan as planning
from dlq.operations.errors import MoreThanExpectedError, ReasonRequiredError
from dlq.operations.plan import plan, sample
from dlq.operations.start import start
from dlq.operations.subject import Subject
from routing.models import Delivery
from routing.search.qualifiers import QueryError
from tests.routing import made

pytestmark = pytest.mark.django_db

REDRIVE, DISCARD, ROUTE_AGAIN = Operation.Kind.REDRIVE, Operation.Kind.DISCARD, Operation.Kind.ROUTE_AGAIN


def test_it_counts_what_a_query_finds() -> None:
    nats, other = made.destination(), made.destination("other")
    for _ in range(3):
        made.dead(nats)
    made.dead(other)
    made.delivery(nats, "pending")

    assert plan(REDRIVE, Subject()).count == 4
    assert plan(REDRIVE, Subject(query="dest:nats")).count == 3
    assert plan(DISCARD, Subject(query="dest:nats error:timeout")).count == 0


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("type:com.example.order.*", 1),
        ("key:k", 1),
        ("error:refused", 1),
        ("table:7", 1),
        ("rule:9", 1),
        ("since:1h", 2),
        ("until:1h", 0),
        ("state:delivered", 0),
        ("", 2),
    ],
)
def test_each_qualifier_narrows_what_is_counted(query: str, count: int) -> None:
    nats = made.destination()
    made.dead(nats)
    order = made.entry(type="com.example.order.placed", extensions={"partitionkey": "k"})
    made.dead(nats, order, error_class="refused", table_version=7, rule_id=9)

    assert plan(REDRIVE, Subject(query=query)).count == count


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 2), ("type:com.example.order.*", 1), ("table:1", 2), ("table:2", 0), ("until:1h", 0), ("error:x", 0)],
)
def test_unrouted_events_are_counted_by_the_same_words(query: str, count: int) -> None:
    made.unrouted(type="com.example.order.placed")
    made.unrouted()

    assert plan(ROUTE_AGAIN, Subject(query=query)).count == count


def test_an_id_finds_the_event_that_has_it() -> None:
    row = made.unrouted()
    made.unrouted()

    assert plan(ROUTE_AGAIN, Subject(query=str(row.entry.uuid))).count == 1
    assert plan(ROUTE_AGAIN, Subject(query=f"id:{row.entry.event_id}")).count == 1


def test_a_destination_that_there_is_not_is_an_error_and_not_nothing() -> None:
    with pytest.raises(QueryError):
        plan(REDRIVE, Subject(query="dest:nast"))


def test_another_tenants_are_never_counted() -> None:
    """H40."""
    nats = made.destination()
    ours, theirs = made.dead(nats, made.entry(tenant="acme")), made.dead(nats, made.entry(tenant="other"))

    assert plan(REDRIVE, Subject(tenant="acme")).count == 1
    assert plan(REDRIVE, Subject(query="tenant:other", tenant="acme")).count == 0
    assert plan(REDRIVE, Subject.chosen([ours.pk, theirs.pk], "acme")).count == 1


def test_it_counts_no_further_than_people_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "MOST_COUNTED", 2)
    nats = made.destination()
    for _ in range(4):
        made.dead(nats)

    counted = plan(REDRIVE, Subject())

    assert (counted.count, counted.exact) == (3, False)


def test_a_sample_is_the_newest_of_them() -> None:
    nats = made.destination()
    letters = [made.dead(nats) for _ in range(3)]
    counted = plan(REDRIVE, Subject())

    assert sample(REDRIVE, Subject(), counted.as_of, limit=2) == letters[:0:-1]


def test_it_notes_who_why_how_many_and_up_to_which() -> None:
    nats = made.destination()
    letters = [made.dead(nats) for _ in range(2)]

    operation = start(DISCARD, Subject(query="dest:nats"), by=User(pk=1), reason=" a test ")

    assert (operation.kind, operation.state) == ("discard", "waiting")
    assert (operation.by, operation.reason) == ("user 1", "a test")
    assert (operation.total, operation.upto, operation.filter) == (2, letters[-1].pk, {"query": "dest:nats"})
    assert Delivery.objects.filter(state="dead").count() == 2


@pytest.mark.parametrize("reason", ["", "  "])
def test_giving_up_needs_a_reason(reason: str) -> None:
    with pytest.raises(ReasonRequiredError):
        start(DISCARD, Subject(), by=User(pk=1), reason=reason)

    assert not Operation.objects.exists()


def test_more_than_was_agreed_to_is_refused() -> None:
    nats = made.destination()
    made.dead(nats)
    seen = plan(REDRIVE, Subject())
    made.dead(nats)

    with pytest.raises(MoreThanExpectedError) as refused:
        start(REDRIVE, Subject(), by=User(pk=1), expected_count=seen.count)

    assert refused.value.count == 2
    assert not Operation.objects.exists()


def test_what_was_shown_can_be_asked_for_while_more_die() -> None:
    nats = made.destination()
    letter = made.dead(nats, finished_at=Now() - timedelta(seconds=1))
    seen = plan(REDRIVE, Subject())
    made.dead(nats, finished_at=Now() + timedelta(seconds=1))

    operation = start(REDRIVE, Subject(), by=User(pk=1), expected_count=seen.count, as_of=seen.as_of)

    assert (operation.total, operation.upto) == (1, letter.pk)


def test_a_worker_is_told_after_the_commit_and_a_dead_broker_is_no_error(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """H3: the tests' broker is a port that nothing listens on."""
    made.dead(made.destination())

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        operation = start(REDRIVE, Subject(), by=User(pk=1))

    assert len(callbacks) == 1
    assert operation.state == "waiting"
