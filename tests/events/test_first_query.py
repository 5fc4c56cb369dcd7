"""The first query of a request, on a connection that may have died since the last one."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, transaction
from django.db import connection as default

from events.first_query import first_row, trust_if_quiet
from events.ingest import ingest_one
from events.models import OutboxEntry
from tests.events.samples import event

pytestmark = pytest.mark.django_db(transaction=True)

# The type stubs know nothing of health checks.
connection: Any = default

WHO = "SELECT pg_backend_pid()"
CHECKED = "SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT CAST($1 AS text)'"


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The process that serves a connection kept from an earlier request: Django would check it before its next use."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no connection that dies")
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "CONN_HEALTH_CHECKS", True)
    connection.connect()
    yield backend()
    connection.close()


def backend() -> int:
    row = first_row(WHO, [])
    assert row is not None
    connection.health_check_done = False
    return int(row[0])


def kill(process: int) -> None:
    """End it and wait until it is gone."""
    parameters = connection.get_connection_params()
    known = {name: parameters[name] for name in ("host", "port", "user", "password", "dbname")}
    with psycopg.connect(**known, autocommit=True) as other:
        assert other.execute("SELECT pg_terminate_backend(%s, 5000)", [process]).fetchone() == (True,)


def test_it_finds_a_row_or_none() -> None:
    assert first_row("SELECT CAST(%s AS text)", ["found"]) == ("found",)
    assert first_row("SELECT 1 WHERE 1 = %s", [2]) is None


def test_h4_a_connection_that_died_is_replaced(kept: int) -> None:
    kill(kept)

    assert backend() != kept


def test_a_connection_that_lives_is_kept(kept: int) -> None:
    assert backend() == kept


def test_it_is_the_check_itself(kept: int) -> None:
    first_row(WHO, [])

    assert connection.health_check_done


def test_h4_in_a_transaction_nothing_is_asked_again(kept: int) -> None:
    @transaction.atomic
    def ask() -> None:
        kill(kept)
        first_row(WHO, [])

    with pytest.raises(OperationalError):
        ask()


def test_without_checks_a_dead_connection_is_an_error_as_elsewhere(kept: int) -> None:
    connection.health_check_enabled = False
    kill(kept)

    with pytest.raises(OperationalError):
        first_row(WHO, [])


def test_an_error_of_a_connection_that_lives_is_raised(kept: int) -> None:
    first_row("SELECT set_config('statement_timeout', '1', false)", [])
    connection.health_check_done = False

    with pytest.raises(OperationalError, match="statement timeout"):
        first_row("SELECT pg_sleep(5)", [])

    assert backend() == kept


@pytest.mark.parametrize(("prepares", "statements"), [(True, 1), (False, 0)])
def test_it_is_prepared_unless_the_settings_say_not_to(
    kept: int, monkeypatch: pytest.MonkeyPatch, prepares: bool, statements: int
) -> None:
    if not prepares:
        monkeypatch.setitem(connection.settings_dict, "OPTIONS", {})
    connection.close()

    first_row("SELECT CAST(%s AS text)", ["a"])

    assert first_row(CHECKED, []) == (statements,)


def test_h4_what_may_not_be_asked_twice_finds_a_dead_connection_by_its_socket(kept: int) -> None:
    kill(kept)

    stored = ingest_one(event("a"))

    assert OutboxEntry.objects.get().uuid == stored.uuid
    assert backend() != kept


def test_h4_a_connection_that_was_closed_on_this_side_is_replaced_too(kept: int) -> None:
    connection.connection.close()

    ingest_one(event("a"))

    assert OutboxEntry.objects.exists()
    assert backend() != kept


def test_a_quiet_connection_is_trusted_without_a_round_trip(kept: int) -> None:
    trust_if_quiet(connection)

    assert connection.health_check_done


def test_h4_a_connection_that_was_closed_from_afar_is_not_trusted(kept: int) -> None:
    kill(kept)

    trust_if_quiet(connection)

    assert not connection.health_check_done
