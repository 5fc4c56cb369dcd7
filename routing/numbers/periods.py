"""Minutes and hours: where a moment's bucket begins, and which buckets a chart has. Pure."""

from datetime import UTC, datetime, timedelta

MINUTE, HOUR = 60, 3600


def beginning(moment: datetime, period: int) -> datetime:
    """The start of the period (seconds) that holds the moment."""
    seconds = int(moment.timestamp())
    return datetime.fromtimestamp(seconds - seconds % period, UTC)


def buckets(now: datetime, period: int, count: int) -> list[datetime]:
    """The starts of the last `count` periods, oldest first; the last one is not over yet."""
    last = beginning(now, period)
    return [last - timedelta(seconds=period * back) for back in range(count - 1, -1, -1)]


def per_second(now: datetime, *, previous: int, current: int) -> float:
    """The rate of the last 60 seconds, from the count of the previous minute and of the one that is not over.

    The previous minute counts by the share of it that lies within those 60 seconds.
    """
    passed = now.timestamp() % MINUTE
    return (previous * (MINUTE - passed) / MINUTE + current) / MINUTE
