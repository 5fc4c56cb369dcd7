"""A list or a count that would take too long is given up with a word on what to do.

On PostgreSQL only: SQLite has no bound for a statement.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections, transaction

from dlq.models import Operation
from dlq.operations import plan as planning
from dlq.operations.plan import plan, sample
from dlq.operations.start import start
from dlq.operations.subject import Subject
from events.clock import database_now
from routing.search import bounded
from routing.search.bounded import SearchTimeoutError
from tests.api.conftest import Call, caller
from tests.api.contract import assert_as_documented
from tests.routing import made

__all__ = ["caller"]

pytestmark = pytest.mark.django_db(transaction=True)

REDRIVE, ROUTE_AGAIN = Operation.Kind.REDRIVE, Operation.Kind.ROUTE_AGAIN
API = "/api/v1"


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somebody holds what is searched, as a migration might, and who searches waits 50 ms."""
    monkeypatch.setattr(bounded, "STATEMENT_MILLISECONDS", 50)
    monkeypatch.setattr(planning, "STATEMENT_MILLISECONDS", 50)
    made.dead(made.destination())
    made.unrouted()
    other = connections.create_connection("default")
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("LOCK TABLE routing_delivery, routing_unrouted IN ACCESS EXCLUSIVE MODE")
    yield
    other.rollback()
    other.close()


@pytest.mark.parametrize("kind", [REDRIVE, ROUTE_AGAIN])
def test_a_count_is_given_up(slow: None, kind: str) -> None:
    counts: tuple[Callable[[], object], ...] = (
        lambda: plan(kind, Subject()),
        lambda: start(kind, Subject(), by=User(pk=1)),
        lambda: sample(kind, Subject(), database_now()),
    )

    for act in counts:
        with pytest.raises(SearchTimeoutError, match=r"no answer within 0\.05 s"):
            act()

    assert not Operation.objects.exists()


def test_the_bound_is_that_of_the_count_alone() -> None:
    """What is done in the same transaction after it takes what time it needs."""
    with transaction.atomic():
        start(REDRIVE, Subject(), by=User(pk=1), announced=False)

        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("0",)


@pytest.mark.parametrize("address", ["dlq/deadletter/", "routing/unrouted/"])
def test_a_list_of_the_admin_says_how_to_narrow_it(slow: None, address: str) -> None:
    client = made.logged_in("dlq.view_deadletter", "routing.view_unrouted")

    page = client.get(f"/admin/{address}")

    assert page.status_code == 200
    assert "gave no answer within 0.05 s. Narrow the search" in page.content.decode()
    assert "Nothing is dead" not in page.content.decode()
    assert "Every accepted event found a rule" not in page.content.decode()


@pytest.mark.parametrize("address", ["dlq/deadletter/many/redrive/", "routing/unrouted/many/route_again/"])
def test_a_page_that_counts_says_so_and_offers_no_act(slow: None, address: str) -> None:
    client = made.logged_in("dlq.redrive_deadletter", "routing.route_unrouted")

    page = client.get(f"/admin/{address}")

    assert page.status_code == 200
    assert page.context["nothing_to_do"]
    assert "Narrow the search" in page.content.decode()
    assert "nothing matches" not in page.content.decode()


def test_the_api_answers_that_it_is_to_be_narrowed(slow: None, caller: Call) -> None:
    client = caller("events:read", "operate")
    body: Any = {"all": True, "dry_run": True}

    answers = {
        ("get", f"{API}/unrouted"): client.get(f"{API}/unrouted"),
        ("get", f"{API}/dead-letters"): client.get(f"{API}/dead-letters"),
        ("post", f"{API}/dead-letters/redrive"): client.post(
            f"{API}/dead-letters/redrive", body, content_type="application/json"
        ),
        ("post", f"{API}/unrouted/route-again"): client.post(
            f"{API}/unrouted/route-again", body, content_type="application/json"
        ),
    }

    for (method, path), answer in answers.items():
        assert (answer.status_code, answer.json()["code"]) == (503, "search-timeout")
        assert "narrow it" in answer.json()["detail"]
        assert answer.headers["Retry-After"] == "5"
        assert_as_documented(answer, method, path)


def test_the_command_says_so(slow: None) -> None:
    with pytest.raises(CommandError, match="Narrow the search") as refused:
        call_command("redrive", "--all", "--yes")

    assert refused.value.returncode == 2
