"""How an act on many keeps its rate: after each slice it is due again when as many are allowed. Pure.

The moment is stored with the operation, so that the rate outlives every worker.
"""

from datetime import datetime, timedelta
from math import ceil

MAX_RATE = 100_000
CREDIT = timedelta(seconds=6)
"""What it may make up for after a worker came late: the beat's round, which finds what no message reached."""


def slice_size(rate: int | None, most: int) -> int:
    """A second's worth, so that they do not come in heaps."""
    return most if rate is None else min(most, ceil(rate))


def due_again(due_at: datetime | None, now: datetime, *, taken: int, rate: int) -> datetime:
    """When the next slice may begin, after one of `taken`: never more than `rate` a second, but for the credit."""
    begun = now if due_at is None else max(due_at, now - CREDIT)
    return begun + timedelta(seconds=taken / rate)
