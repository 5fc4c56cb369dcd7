"""What needs somebody's attention, in sentences, the worst first. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from controlplane.home.place import DEAD, DELIVERIES, DESTINATION, RULES, SCHEDULE, UNROUTED, WAITING, WORKERS, Place
from controlplane.home.words import counted
from routing.numbers.read import DestinationNumbers, Overview
from routing.wording import duration

LATE_SECONDS = 60.0
"""A delivery that waits longer at a destination that takes events is late."""
STALE_SECONDS = 30.0
"""Depths measured longer ago are of then, not of now."""

Level = Literal["bad", "warn"]


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    level: Level
    place: Place


@dataclass(frozen=True, slots=True)
class Verdict:
    """The line on top. `partial`: there may be more that this person may not see."""

    sentences: tuple[Sentence, ...]
    partial: bool = False

    @property
    def level(self) -> str:
        if not self.sentences:
            return "good"
        return "bad" if any(one.level == "bad" for one in self.sentences) else "warn"

    @property
    def headline(self) -> str:
        if self.sentences:
            number = len(self.sentences)
            return "One thing needs attention" if number == 1 else f"{number} things need attention"
        return "All is well, as far as you may see" if self.partial else "All is well"


def is_stale(seen: Overview) -> bool:
    ago = seen.measured_seconds_ago
    return ago is not None and ago > STALE_SECONDS


def judge(seen: Overview, held: Mapping[int, float], may_see: Callable[[Place], bool]) -> Verdict:
    """`held` has, by destination id, for how many seconds it has been unreachable or paused."""
    everything = [*_running(seen), *_routing(seen), *_destinations(seen, held), *_left(seen)]
    shown = [one for one in everything if may_see(one.place)]
    worst_first = sorted(shown, key=lambda one: one.level != "bad")
    return Verdict(tuple(worst_first), partial=not all(map(may_see, _EVERYWHERE)))


_EVERYWHERE = (DEAD, UNROUTED, WAITING, WORKERS, SCHEDULE, RULES, Place(DESTINATION))


def _running(seen: Overview) -> Iterator[Sentence]:
    if seen.workers == 0:
        yield Sentence("No worker is running: events are accepted, and wait.", "bad", WORKERS)
    if seen.measured_seconds_ago is None:
        text = "Nothing has been measured yet: beat, or a worker that does what it asks for, has not run."
        yield Sentence(text, "warn", SCHEDULE)
    elif not seen.beat_alive:
        ago = duration(seen.measured_seconds_ago)
        text = f"Beat, or the worker that does what it asks for, has been silent for {ago}: what waits is as of then."
        yield Sentence(text, "bad", SCHEDULE)


def _routing(seen: Overview) -> Iterator[Sentence]:
    if seen.table_version is None:
        yield Sentence("No routing table is published: workers route nothing.", "bad", RULES)
    elsewhere = max((one.oldest_seconds or 0.0 for one in seen.destinations), default=0.0)
    oldest = seen.oldest_seconds or 0.0
    if seen.fresh and oldest > max(elsewhere, LATE_SECONDS):
        text = f"{_wait(seen.fresh, 'event')} for the relay, the oldest for {duration(oldest)}."
        yield Sentence(text, "bad", Place("events.outboxentry", "state:pending"))


def _destinations(seen: Overview, held: Mapping[int, float]) -> Iterator[Sentence]:
    for one in sorted(seen.destinations, key=lambda one: one.name):
        yield from _held(one, held.get(one.id)) if one.state != "ready" else _late(one)


def _held(one: DestinationNumbers, seconds: float | None) -> Iterable[Sentence]:
    since = f" for {duration(seconds)}" if seconds is not None else ""
    reason = f": {one.reason.rstrip('.')}" if one.reason else ""
    waits = f" {_wait(one.waiting, 'delivery', 'deliveries')}{_oldest(one)}." if one.waiting else ""
    level: Level = "bad" if "unreachable" in one.state else "warn"
    text = f"{one.name} is {one.state.replace('+', ' and ')}{since}{reason}.{waits}"
    return [Sentence(text, level, Place(DESTINATION, pk=one.id))]


def _late(one: DestinationNumbers) -> Iterable[Sentence]:
    if one.oldest_seconds is None or one.oldest_seconds < LATE_SECONDS:
        return []
    text = f"{one.name} is late: {_wait(one.waiting, 'delivery', 'deliveries')}{_oldest(one)}."
    return [Sentence(text, "warn", Place(DELIVERIES, f"dest:{one.name} state:pending"))]


def _left(seen: Overview) -> Iterator[Sentence]:
    if seen.dead:
        where = ", ".join(f"{one.dead:,} of {one.name}" for one in seen.destinations if one.dead)
        text = f"{counted(seen.dead, 'dead letter')} to redrive or discard{f': {where}' if where else ''}."
        yield Sentence(text, "warn", DEAD)
    if seen.unrouted:
        text = f"{counted(seen.unrouted, 'event')} matched no rule: mend the rules and route again."
        yield Sentence(text, "warn", UNROUTED)


def _wait(number: int, one: str, many: str = "") -> str:
    return f"{counted(number, one, many)} {'waits' if number == 1 else 'wait'}"


def _oldest(one: DestinationNumbers) -> str:
    if one.oldest_seconds is None:
        return ""
    return f", {'' if one.waiting == 1 else 'the oldest '}for {duration(one.oldest_seconds)}"
