"""The first query of a request, on a connection that may have died since the last one.

Django finds that out with a `SELECT 1` of its own: a round trip more for each request.
"""

import select
from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError
from django.db import connection as default

# The type stubs know nothing of health checks.
connection: Any = default


def first_row(statement: str, parameters: Sequence[object]) -> tuple[Any, ...] | None:
    """A row of a read, or None. Where Django would check the connection, a dead one is replaced, and asked again."""
    if not _unchecked(connection):
        return _row(statement, parameters)
    connection.health_check_done = True
    try:
        return _row(statement, parameters)
    except (OperationalError, InterfaceError):
        connection.health_check_done = False
        connection.close_if_health_check_failed()
        if connection.connection is not None:
            raise
    return _row(statement, parameters)


def trust_if_quiet(connection: Any) -> None:
    """Spare the check where the server has sent nothing since the last answer: before it closes, it says so.

    For what may not be asked twice. A server that vanished without a word is found out by the statement itself.
    """
    if connection.vendor == "postgresql" and _unchecked(connection) and not connection.connection.closed:
        connection.health_check_done = not _has_sent(connection.connection.pgconn.socket)


def _has_sent(socket: int) -> bool:
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))


def _unchecked(connection: Any) -> bool:
    """Whether Django would check the connection now. In a transaction it has done so, and nothing may be repeated."""
    due = connection.health_check_enabled and not connection.health_check_done
    return due and connection.connection is not None and not connection.in_atomic_block


def _row(statement: str, parameters: Sequence[object]) -> tuple[Any, ...] | None:
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            found: tuple[Any, ...] | None = cursor.fetchone()
            return found
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return psycopg.Cursor(connection.connection).execute(statement.encode(), parameters, prepare=True).fetchone()
