"""No statement of a search takes longer than its time, whatever the planner thinks of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

STATEMENT_MILLISECONDS = 2_000
QUERY_CANCELED = "57014"
SET = "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)"


class SearchTimeoutError(RuntimeError):
    """The database could not look through even the smallest part within its time."""


@contextmanager
def bounded(milliseconds: int | None = None) -> Iterator[None]:
    """A transaction whose statements take at most `milliseconds` each; SQLite has no such bound.

    Raises SearchTimeoutError.
    """
    limit = STATEMENT_MILLISECONDS if milliseconds is None else milliseconds
    try:
        with transaction.atomic(), _limited(limit):
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != QUERY_CANCELED:
            raise
        raise SearchTimeoutError(f"no answer within {limit / 1000:g} s") from error


@contextmanager
def _limited(milliseconds: int) -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    before = _limit(milliseconds)
    yield
    # What follows in a transaction around this one is the caller's; after an error its savepoint has put it back.
    _limit(before)


def _limit(wanted: int | str) -> str:
    """Set it, and return what it was."""
    with connection.cursor() as cursor:
        cursor.execute(SET, [str(wanted)])
        [before, _] = cursor.fetchone()
    return str(before)
