"""A small installation: memory destinations, a published table, and drains that run in the test's own thread."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction

from events.envelope import CloudEvent
from events.ingest import Ingested, ingest
from events.shards import SHARDS
from routing.models import Destination, RoutingTable, ShardLease
from routing.publishers.memory import MemoryStream, forget_streams, stream
from routing.relay.drain import Drain, Observer, unobserved
from routing.relay.process import store
from routing.relay.wake import Wake


class Installation:
    """What the tests of the relay act on."""

    def __init__(self) -> None:
        self._drains: list[Drain] = []
        self._version = 0

    def destination(self, name: str, **settings: Any) -> MemoryStream:
        config = {"stream": name, **settings.pop("config", {})}
        Destination.objects.create(name=name, kind="memory", config=config, **settings)
        return stream(name)

    def rule(self, *names: str, strategy: str = "ALL", type_pattern: str = "*", **more: Any) -> dict[str, Any]:
        ids = dict(Destination.objects.values_list("name", "id"))
        destinations = [{"id": ids[name], "name": name, "condition": []} for name in names]
        return {
            "id": 1, "name": "rule", "priority": 0, "type_pattern": type_pattern, "filters": [],
            "strategy": strategy, "continue": False, "destinations": destinations, **more,
        }  # fmt: skip

    def publish(self, *rules: dict[str, Any]) -> int:
        self._version += 1
        RoutingTable.objects.create(version=self._version, snapshot={"format": 1, "rules": list(rules)})
        return self._version

    def accept(self, *ids: str, key: str | None = None, type: str = "com.example.thing") -> list[Ingested]:
        extensions = {"partitionkey": key} if key else {}
        events = [
            CloudEvent(id=each, source="/tests", type=type, extensions=extensions, data=f'{{"n":"{each}"}}')
            for each in ids
        ]
        with transaction.atomic():
            return ingest(events)

    def drain(self, *, ttl: float = 10.0, observe: Observer = unobserved) -> Drain:
        drain = Drain(store(), ttl=ttl, wake=Wake(), observe=observe)
        self._drains.append(drain)
        return drain

    def run(self, until: Callable[[], bool], *, drain: Drain | None = None, seconds: float = 10.0) -> None:
        """Drain until the condition holds; it is an error if it never does."""
        end = time.monotonic() + seconds
        (drain or self.drain()).run(lambda: until() or time.monotonic() > end)
        assert until(), "the drain ran out of time"

    def close(self) -> None:
        for drain in self._drains:
            drain.leave()


@pytest.fixture
def installation(transactional_db: None) -> Iterator[Installation]:
    ShardLease.objects.bulk_create([ShardLease(shard=n) for n in range(SHARDS)], ignore_conflicts=True)
    forget_streams()
    made = Installation()
    yield made
    made.close()
    forget_streams()
