"""On PostgreSQL only: SQLite has no bound for a statement."""

from collections.abc import Iterator

import pytest
from django.db import connection, connections

from routing.search import bounded, find, steps
from routing.search.bounded import SearchTimeoutError
from routing.search.find import find_deliveries, find_events
from routing.search.qualifiers import EventQuery, parse_query
from tests.routing import made

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somebody holds the deliveries, as a migration might, and a search waits 50 ms for them."""
    monkeypatch.setattr(bounded, "STATEMENT_MILLISECONDS", 50)
    other = connections.create_connection("default")
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("LOCK TABLE routing_delivery IN ACCESS EXCLUSIVE MODE")
    yield
    other.rollback()
    other.close()


def test_a_search_that_the_database_cannot_answer_in_time_is_given_up(locked: None) -> None:
    made.entry()

    with pytest.raises(SearchTimeoutError, match=r"no answer within 0\.05 s"):
        find_deliveries(EventQuery(), tenant=None)


def test_the_bound_ends_with_the_search() -> None:
    made.entry()

    find_events(EventQuery(), tenant=None)

    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


def test_what_was_found_before_the_time_was_up_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "ENTRIES", (1, 1))
    monkeypatch.setattr(bounded, "STATEMENT_MILLISECONDS", 50)
    first, second = made.entry(), made.entry()
    every = steps.steps

    def then_slow(*arguments: object) -> Iterator[steps.Step]:
        for number, step in enumerate(every(*arguments)):  # type: ignore[arg-type]
            if number:
                connection.cursor().execute("SELECT pg_sleep(5)")
            yield step

    monkeypatch.setattr(find, "steps", then_slow)
    found = find_events(parse_query("type:*"), tenant=None)

    assert (found.entries, found.before) == ([second], second.pk)
    assert first.pk < second.pk
