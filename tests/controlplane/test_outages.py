"""What is killed for good, and started again later: what /readyz and the status say meanwhile. H3, H16."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from controlplane.celery import app
from controlplane.embedded.nats import NatsServer
from controlplane.embedded.valkey import ValkeyServer
from controlplane.monitoring import health
from controlplane.monitoring.readiness import Question, Readiness, ask_broker, ask_database
from events.api_keys import Scope, issue_key
from routing.check_destinations import check_destinations
from routing.models import Destination, DestinationHealth
from routing.relay.drain import Drain
from tests.relay.conftest import Installation, installation

__all__ = ["installation"]

pytestmark = pytest.mark.django_db(transaction=True)

SECONDS = 30.0


@pytest.fixture
def ready(valkey: ValkeyServer, installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Drain:
    """A broker that answers and a relay that drains, which all else here is taken from or added to."""
    monkeypatch.setattr(app.conf, "broker_write_url", valkey.url)
    questions = Question(("database", "migrations", "relay"), ask_database), Question(("broker",), ask_broker)
    monkeypatch.setattr(health, "READINESS", Readiness(*questions))
    drain = installation.drain(ttl=600.0)
    drain.turn()
    return drain


def readyz() -> tuple[int, list[str]]:
    """The status, and the names of what is not well."""
    answer = Client().get("/readyz")
    return answer.status_code, [check["name"] for check in answer.json()["checks"] if not check["ok"]]


def eventually(wanted: Any, ask: Callable[[], Any]) -> None:
    """An answer serves all who ask within a second: the next one is another."""
    end = time.monotonic() + SECONDS
    while (found := ask()) != wanted:
        assert time.monotonic() < end, f"{found} instead of {wanted}"
        time.sleep(0.05)


def test_without_its_broker_it_says_which_part_is_away_and_recovers_when_it_is_back(
    ready: Drain, valkey: ValkeyServer
) -> None:
    eventually((200, []), readyz)

    valkey.kill()
    eventually((503, ["broker"]), readyz)
    again = [readyz() for _ in range(3)]

    valkey.start()
    assert again == [(503, ["broker"])] * 3
    eventually((200, []), readyz)


def test_without_a_destination_it_is_ready_and_the_status_says_which_one_is_away(
    ready: Drain, installation: Installation, nats_server: NatsServer
) -> None:
    """Events are accepted and kept for it: to take the web out of its load balancer would make an outage of it."""
    config = {"servers": [nats_server.url], "stream": "EVENTS", "subject": "events.{type}"}
    Destination.objects.create(name="nats", kind="nats", config=config)
    installation.publish(installation.rule("nats"))
    _, secret = issue_key("tests", [Scope.READ])

    def status() -> tuple[str, list[str]]:
        body = Client().get("/api/v1/status", headers={"Authorization": f"Bearer {secret}"}).json()
        return body["health"], [one["name"] for one in body["destinations"] if not one["healthy"]]

    check_destinations()
    assert status()[1] == []

    nats_server.kill()
    check_destinations()
    assert status() == ("unhealthy", ["nats"])
    eventually((200, []), readyz)

    nats_server.start()
    DestinationHealth.objects.update(next_probe_at=Now())
    installation.accept("after")
    installation.run(lambda: status()[1] == [], drain=ready, seconds=SECONDS)
