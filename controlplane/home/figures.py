"""The row of figures on top of the home page, each with the list of what it counts. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from controlplane.home.place import (
    DEAD,
    DELIVERIES,
    EVENTS,
    RULES,
    SCHEDULE,
    TABLE,
    UNROUTED,
    WAITING,
    WORKERS,
    Place,
)
from controlplane.home.verdict import LATE_SECONDS, is_stale
from controlplane.home.words import rate, share
from routing.numbers.read import Overview
from routing.wording import duration


@dataclass(frozen=True, slots=True)
class Figure:
    """`level` colours it: "", "warn" or "bad". A stale one says how old it is."""

    key: str
    label: str
    value: str
    note: str
    place: Place
    level: str = ""
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """What is known of the newest table beyond its number."""

    ago_seconds: float
    by: str
    drafts: bool


def figures(seen: Overview, published: Published | None) -> list[Figure]:
    return [*_flow(seen), *_depths(seen), *_running(seen), _table(seen, published)]


def _flow(seen: Overview) -> Iterator[Figure]:
    minute = "a second, over the last minute"
    yield Figure("accepted", "Accepted", rate(seen.accepted_per_second), minute, Place(EVENTS, "since:1m"))
    arrived = Place(DELIVERIES, "state:delivered since:1m")
    yield Figure("delivered", "Delivered", rate(seen.delivered_per_second), minute, arrived)
    level = "" if seen.success_share in (None, 1.0) else "warn"
    dead = Place("dlq.deadletter", "since:1h")
    yield Figure("success", "Success", share(seen.success_share), "of what was settled in the last hour", dead, level)


def _depths(seen: Overview) -> Iterator[Figure]:
    """As of the last measure, and marked where that is too long ago."""
    stale = is_stale(seen)
    of_then = f"{duration(seen.measured_seconds_ago)} ago" if stale else ""
    unknown = seen.measured_seconds_ago is None
    late = "warn" if (seen.oldest_seconds or 0.0) >= LATE_SECONDS else ""

    def figure(key: str, label: str, value: str, note: str, place: Place, level: str = "") -> Figure:
        shown = "–" if unknown else value  # noqa: RUF001
        return Figure(key, label, shown, of_then or note, place, "" if unknown else level, stale)

    oldest = duration(seen.oldest_seconds) or "none"
    relay = f"and {seen.fresh:,} for the relay" if seen.fresh else "for a destination"
    yield figure("oldest", "Oldest waiting", oldest, "for relay or destination", WAITING, late)
    yield figure("waiting", "Waiting", f"{seen.waiting:,}", relay, WAITING)
    yield figure("dead", "Dead letters", f"{seen.dead:,}", "to redrive or discard", DEAD, "warn" if seen.dead else "")
    level = "warn" if seen.unrouted else ""
    yield figure("unrouted", "Unrouted", f"{seen.unrouted:,}", "matched no rule", UNROUTED, level)


def _running(seen: Overview) -> Iterator[Figure]:
    level = "" if seen.workers else "bad"
    yield Figure("workers", "Workers", str(seen.workers), "processes that drain", WORKERS, level)
    if seen.measured_seconds_ago is None:
        yield Figure("beat", "Beat", "never seen", "starts what is periodic", SCHEDULE, "warn")
    else:
        heard = f"heard {duration(seen.measured_seconds_ago)} ago"
        alive = seen.beat_alive
        yield Figure("beat", "Beat", "alive" if alive else "silent", heard, SCHEDULE, "" if alive else "bad")


def _table(seen: Overview, published: Published | None) -> Figure:
    if seen.table_version is None:
        return Figure("table", "Routing table", "none", "publish the rules", RULES, "bad")
    place = Place(TABLE, pk=seen.table_version)
    if published is None:
        return Figure("table", "Routing table", f"v{seen.table_version}", "", place)
    note = f"{duration(published.ago_seconds)} ago, {published.by}"
    if published.drafts:
        return Figure("table", "Routing table", f"v{seen.table_version}", f"{note}; drafts differ", RULES, "warn")
    return Figure("table", "Routing table", f"v{seen.table_version}", note, place)
