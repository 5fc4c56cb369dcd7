"""The one statement that adds to tallies, on PostgreSQL and SQLite alike."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from routing.numbers.count import Key
from routing.numbers.periods import HOUR, MINUTE, beginning

# Django's bulk_create can overwrite on a conflict, not add.
ADD = """
INSERT INTO routing_tally (period, begins, outcome, destination_id, rule_id, count) VALUES {rows}
ON CONFLICT (period, begins, outcome, destination_id, rule_id)
DO UPDATE SET count = routing_tally.count + excluded.count
"""
ROWS_AT_ONCE = 1000
LOCK_TIMEOUT = "SET LOCAL lock_timeout = '200ms'"


def add(counts: Mapping[Key, int], now: datetime) -> None:
    """Add to the minute and the hour that hold `now`, all or nothing."""
    # Everybody in the same order: two who add at once wait for each other, never both.
    rows = sorted((period, *key, number) for key, number in counts.items() for period in (MINUTE, HOUR))
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Whoever holds a row for long must not hold up deliveries.
            cursor.execute(LOCK_TIMEOUT)
        for start in range(0, len(rows), ROWS_AT_ONCE):
            part = rows[start : start + ROWS_AT_ONCE]
            placeholders = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(part))
            cursor.execute(ADD.format(rows=placeholders), [value for row in part for value in _values(row, now)])


def _values(row: tuple[int, str, int, int, int], now: datetime) -> tuple[Any, ...]:
    period, outcome, destination_id, rule_id, number = row
    begins = connection.ops.adapt_datetimefield_value(beginning(now, period))
    return period, begins, outcome, destination_id, rule_id, number
