"""What of an overview a person should look at. A decision: it reads nothing."""

from collections.abc import Iterator

from routing.numbers.read import DestinationNumbers, Overview

LATE_SECONDS = 60.0
"""An event that waits longer than this is late, whatever it waits for."""


def attention(overview: Overview) -> list[str]:
    """Sentences, the most urgent first; none if all is well."""
    return [*_machinery(overview), *_places(overview), *_queues(overview)]


def can_tell(overview: Overview) -> bool:
    """Whether the numbers are of now: somebody measures."""
    return overview.measured_seconds_ago is not None and overview.beat_alive


def _machinery(overview: Overview) -> Iterator[str]:
    if overview.workers == 0:
        yield "no worker drains: start one for the queue `relay`"
    if overview.measured_seconds_ago is None:
        yield "nothing was measured yet: start beat, and a worker for the queue `celery`"
    elif not overview.beat_alive:
        ago = f"{overview.measured_seconds_ago:.0f} s"
        yield f"the numbers are {ago} old: beat, or the worker for the queue `celery`, is away"
    if overview.table_version is None:
        yield "no routing table is published: events wait until one is"


def _places(overview: Overview) -> Iterator[str]:
    for each in sorted(overview.destinations, key=_urgency):
        if each.state != "ready":
            waits = f", {each.waiting} deliveries wait" if each.waiting else ""
            reason = f" ({each.reason})" if each.reason else ""
            yield f"{each.name} is {each.state.replace('+', ' and ')}{reason}{waits}"


def _urgency(each: DestinationNumbers) -> tuple[bool, int]:
    return ("unreachable" not in each.state, -each.waiting)


def _queues(overview: Overview) -> Iterator[str]:
    if overview.oldest_seconds is not None and overview.oldest_seconds > LATE_SECONDS:
        yield f"the oldest waiting event is {overview.oldest_seconds:.0f} s old"
    if overview.dead:
        yield f"{_many(overview.dead, 'dead letter')}: see why, then redrive or discard them"
    if overview.unrouted:
        unrouted = _many(overview.unrouted, "unrouted event")
        yield f"{unrouted}: no rule matched; add one, publish, and route them again"


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
