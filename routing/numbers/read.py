"""The numbers that pages, API and metrics show, from tallies and measured depths: never by counting a hot table."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db.models import Q, Sum
from django.db.models.functions import Now

from events.clock import database_now
from routing.models import Depth, Destination, DestinationHealth, RelayWorker, RoutingTable, Tally
from routing.numbers.periods import HOUR, MINUTE, beginning, buckets, per_second

BEAT_SILENT_AFTER = 30.0
"""Seconds without a measure after which beat, or the worker that does what it asks for, counts as away."""
SPANS: Mapping[str, tuple[int, int]] = {"hour": (MINUTE, 60), "day": (HOUR, 24)}
"""Period and number of the buckets of a chart."""

Outcome = Tally.Outcome
Queue = Depth.Queue


@dataclass(frozen=True, slots=True)
class DestinationNumbers:
    """How one destination stands. The counts are of the last hour; `success_share` is delivered of delivered + dead.

    `reason` is why it is paused, or what was found when it was last unreachable.
    """

    id: int
    name: str
    kind: str
    state: str
    reason: str
    waiting: int
    oldest_seconds: float | None
    dead: int
    delivered_hour: int
    failed_hour: int
    dead_hour: int
    failover_hour: int
    success_share: float | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole at a glance. Depths are as of the last measure, None ago before the first; rates of the last minute.

    `oldest_seconds` is the age of the oldest event that waits for the relay or for a destination.
    """

    measured_seconds_ago: float | None
    accepted_per_second: float
    delivered_per_second: float
    success_share: float | None
    fresh: int
    oldest_seconds: float | None
    waiting: int
    dead: int
    unrouted: int
    workers: int
    beat_alive: bool
    table_version: int | None
    published_at: datetime | None
    destinations: list[DestinationNumbers] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Series:
    """Counts by bucket: `labels` are the starts of the buckets, the last one is not over yet."""

    labels: list[datetime]
    by_outcome: dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in the queues as of the last measure, by queue and destination id (0 where it is of none)."""

    now: datetime
    rows: Mapping[tuple[str, int], Depth]

    @property
    def measured_seconds_ago(self) -> float | None:
        newest = max((row.measured_at for row in self.rows.values()), default=None)
        return None if newest is None else max(0.0, (self.now - newest).total_seconds())

    @property
    def beat_alive(self) -> bool:
        ago = self.measured_seconds_ago
        return ago is not None and ago < BEAT_SILENT_AFTER

    def count(self, queue: str, destination_id: int = 0) -> int:
        row = self.rows.get((queue, destination_id))
        return row.count if row else 0

    def total(self, queue: str) -> int:
        return sum(row.count for (each, _), row in self.rows.items() if each == queue)

    def oldest_seconds(self, queue: str, destination_id: int = 0) -> float | None:
        """The age, now, of what was the oldest at the measure."""
        row = self.rows.get((queue, destination_id))
        return None if row is None or row.oldest_at is None else max(0.0, (self.now - row.oldest_at).total_seconds())

    def oldest_waiting(self) -> float | None:
        ages = [self.oldest_seconds(*key) for key in self.rows if key[0] in (Queue.FRESH, Queue.PENDING)]
        return max((age for age in ages if age is not None), default=None)


@dataclass(frozen=True, slots=True)
class _Counts:
    """Of one destination and outcome: in the last hour, in the minute before this one, in this one."""

    hour: int = 0
    previous: int = 0
    current: int = 0


_NONE = _Counts()
_ByDestination = Mapping[tuple[str, int], _Counts]


def overview() -> Overview:
    """Everything the home page shows, in six small queries however much there is."""
    standing = read_standing()
    counts = _last_hour(standing.now)
    table = RoutingTable.objects.order_by("-version").values_list("version", "published_at").first()
    return Overview(
        measured_seconds_ago=standing.measured_seconds_ago,
        accepted_per_second=_rate(counts, Outcome.ACCEPTED, standing.now),
        delivered_per_second=_rate(counts, Outcome.DELIVERED, standing.now),
        success_share=_share(_hour(counts, Outcome.DELIVERED), _hour(counts, Outcome.DEAD)),
        fresh=standing.total(Queue.FRESH),
        oldest_seconds=standing.oldest_waiting(),
        waiting=standing.total(Queue.PENDING),
        dead=standing.total(Queue.DEAD),
        unrouted=standing.total(Queue.UNROUTED),
        workers=workers_alive(),
        beat_alive=standing.beat_alive,
        table_version=table[0] if table else None,
        published_at=table[1] if table else None,
        destinations=[_numbers_of(each, standing, counts) for each in read_destinations()],
    )


def series(span: Literal["hour", "day"]) -> Series:
    """What happened in the last hour by minute, or in the last day by hour, of all destinations; gaps are 0."""
    period, count = SPANS[span]
    labels = buckets(database_now(), period, count)
    rows = (
        Tally.objects.filter(period=period, begins__gte=labels[0])
        .values_list("outcome", "begins")
        .annotate(total=Sum("count"))
    )
    places = {label: place for place, label in enumerate(labels)}
    by_outcome = {outcome: [0] * count for outcome in Outcome.values}
    for outcome, begins, total in rows:
        if begins in places and outcome in by_outcome:
            by_outcome[outcome][places[begins]] += total
    return Series(labels, by_outcome)


def matches_today() -> dict[int, int]:
    """How many events each rule matched since midnight UTC, by rule id; rules that matched none are left out."""
    midnight = beginning(database_now(), 24 * HOUR)
    rows = Tally.objects.filter(period=HOUR, begins__gte=midnight, outcome=Outcome.MATCHED)
    return dict(rows.values_list("rule_id").annotate(total=Sum("count")))


def read_standing() -> Standing:
    """The last measure, with the clock to tell ages by."""
    now = database_now()
    return Standing(now, {(row.queue, row.destination_id): row for row in Depth.objects.all()})


def read_destinations() -> Iterable[Destination]:
    """By name, each with its health where a worker has found out about it."""
    return Destination.objects.select_related("health").order_by("name")


def workers_alive() -> int:
    """Processes that drain."""
    return RelayWorker.objects.filter(expires_at__gte=Now()).count()


def health_of(destination: Destination) -> DestinationHealth | None:
    """None before a worker looked at it."""
    return getattr(destination, "health", None)


def state_of(destination: Destination) -> tuple[str, str]:
    """Its state (ready, paused, unreachable, paused+unreachable), and why."""
    health = health_of(destination)
    states: dict[str, str] = {}
    if destination.paused:
        states["paused"] = destination.paused_reason
    if health is not None and health.unreachable_since is not None:
        states["unreachable"] = health.error or health.error_class
    return "+".join(states) or "ready", "; ".join(filter(None, states.values()))


def _numbers_of(destination: Destination, standing: Standing, counts: _ByDestination) -> DestinationNumbers:
    hour = {outcome: counts.get((outcome, destination.pk), _NONE).hour for outcome in Outcome.values}
    state, reason = state_of(destination)
    return DestinationNumbers(
        id=destination.pk,
        name=destination.name,
        kind=destination.kind,
        state=state,
        reason=reason,
        waiting=standing.count(Queue.PENDING, destination.pk),
        oldest_seconds=standing.oldest_seconds(Queue.PENDING, destination.pk),
        dead=standing.count(Queue.DEAD, destination.pk),
        delivered_hour=hour[Outcome.DELIVERED],
        failed_hour=hour[Outcome.FAILED],
        dead_hour=hour[Outcome.DEAD],
        failover_hour=hour[Outcome.FAILOVER],
        success_share=_share(hour[Outcome.DELIVERED], hour[Outcome.DEAD]),
    )


def _last_hour(now: datetime) -> _ByDestination:
    this = beginning(now, MINUTE)
    rows: Any = (
        Tally.objects.filter(period=MINUTE, begins__gte=this - timedelta(minutes=59))
        .exclude(outcome=Outcome.MATCHED)
        .values_list("outcome", "destination_id")
        .annotate(
            hour=Sum("count"),
            previous=Sum("count", filter=Q(begins=this - timedelta(minutes=1)), default=0),
            current=Sum("count", filter=Q(begins=this), default=0),
        )
    )
    counts: dict[tuple[str, int], _Counts] = defaultdict(_Counts)
    counts |= {(outcome, destination): _Counts(*numbers) for outcome, destination, *numbers in rows}
    return counts


def _hour(counts: _ByDestination, outcome: str) -> int:
    return sum(each.hour for (name, _), each in counts.items() if name == outcome)


def _rate(counts: _ByDestination, outcome: str, now: datetime) -> float:
    found = [each for (name, _), each in counts.items() if name == outcome]
    return per_second(now, previous=sum(each.previous for each in found), current=sum(each.current for each in found))


def _share(delivered: int, dead: int) -> float | None:
    return delivered / (delivered + dead) if delivered + dead else None
