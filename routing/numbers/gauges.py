"""What Prometheus is told at each scrape from the database: how much stands where, and who is there to move it."""

import math
from collections.abc import Iterator

from django.db import Error
from django.db.models import Count
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from events.models import DataKey
from routing.models import Depth, RoutingTable
from routing.numbers.read import Standing, health_of, read_destinations, read_standing, workers_alive

PREFIX = "event_control_plane"
QUEUES_OF_NONE = (Depth.Queue.FRESH, Depth.Queue.UNROUTED)
"""Queues before the choice of a destination: their label is empty."""

Place = tuple[str, int, str]
"""Queue, destination id, destination name."""


class DatabaseGauges(Collector):
    """Read when asked, some small queries. Without a database only `database_up` is told, as 0."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found: list[GaugeMetricFamily] = []
        try:
            found += _depths(read_standing())
            found += _fleet()
            found.append(_data_keys())
        except Error:
            found = []
        yield _gauge("database_up", "Whether the database answers.", 1.0 if found else 0.0)
        yield from found


def _gauge(name: str, what: str, value: float | None = None, labels: tuple[str, ...] = ()) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", what, value=value, labels=labels or None)


def _depths(standing: Standing) -> list[GaugeMetricFamily]:
    depth = _gauge("depth", "Events or deliveries that stand in a queue.", labels=("queue", "destination"))
    oldest = _gauge(
        "oldest_age_seconds", "Age of the oldest in a queue, 0 if it is empty.", labels=("queue", "destination")
    )
    age = standing.measured_seconds_ago
    measured = _gauge("measure_age_seconds", "Since depths were measured last.", math.inf if age is None else age)
    for queue, destination_id, name in _places():
        depth.add_metric([queue, name], standing.count(queue, destination_id))
        oldest.add_metric([queue, name], standing.oldest_seconds(queue, destination_id) or 0.0)
    return [depth, oldest, measured]


def _places() -> list[Place]:
    places: list[Place] = [(queue.value, 0, "") for queue in QUEUES_OF_NONE]
    for destination in read_destinations():
        places += [(queue.value, destination.pk, destination.name) for queue in (Depth.Queue.PENDING, Depth.Queue.DEAD)]
    return places


def _fleet() -> list[GaugeMetricFamily]:
    up = _gauge("destination_up", "Whether the destination takes events, paused or not.", labels=("destination",))
    paused = _gauge("destination_paused", "Whether a person holds it.", labels=("destination",))
    for destination in read_destinations():
        health = health_of(destination)
        up.add_metric([destination.name], float(health is None or health.unreachable_since is None))
        paused.add_metric([destination.name], float(destination.paused))
    table = RoutingTable.objects.order_by("-version").values_list("version", flat=True).first()
    return [
        up,
        paused,
        _gauge("relay_workers", "Processes that drain.", workers_alive()),
        _gauge("routing_table_version", "The published table, 0 before the first.", table or 0),
    ]


def _data_keys() -> GaugeMetricFamily:
    """Each state from the start: that none is active is seen too."""
    keys = _gauge("pii_data_keys", "Keys for personal data, of all tenants.", labels=("purpose", "state"))
    rows = DataKey.objects.order_by().values_list("purpose", "state").annotate(count=Count("pk"))
    counts = {(purpose, state): count for purpose, state, count in rows}
    for purpose in DataKey.Purpose.values:
        for state in DataKey.State.values:
            keys.add_metric([purpose, state], counts.get((purpose, state), 0))
    return keys
