"""A scene for markers: servers, keys, and what an operator and programs see it by."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from kombu import pools
from pytest_django import Settings

from benchmarks.eventbridge_stub import EventBridgeStub
from controlplane.celery import app
from controlplane.embedded.moto import MotoServer
from controlplane.embedded.nats import NatsServer
from controlplane.embedded.valkey import ValkeyServer
from events import wakeup
from events.api_keys import Scope, issue_key
from events.pii.keys.rows import ensure_keys
from tests.pii.keys.conftest import kek
from tests.pii.markers.scene import BUS, TENANT, Scene, queue_behind, set_up, small_stream
from tests.relay.conftest import Installation, installation

__all__ = ["installation", "kek"]


@pytest.fixture
def broker(valkey: ValkeyServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[ValkeyServer]:
    """What hints and tasks go to."""
    settings.REDIS_URL = valkey.url
    monkeypatch.setattr(wakeup, "_publisher", wakeup._Publisher())
    before = app.conf.broker_url
    _connect_celery(valkey.url)
    yield valkey
    _connect_celery(before)


def _connect_celery(url: str) -> None:
    celery: Any = app
    celery.conf.broker_url = celery.conf.broker_write_url = url
    celery._pool = celery.amqp._producer_pool = None
    pools.reset()


@pytest.fixture
def scene(
    installation: Installation, kek: Settings, broker: ValkeyServer, nats_server: NatsServer, moto: MotoServer
) -> Iterator[Scene]:
    ensure_keys(TENANT)
    small_stream(nats_server)
    with EventBridgeStub(BUS) as stub:
        made = Scene(
            installation, broker, nats_server, moto, stub, queue_behind(moto),
            writer=caller([Scope.WRITE]), reader=caller(list(Scope)), operator=_operator(),
        )  # fmt: skip
        set_up(made)
        yield made


def caller(scopes: list[Scope], tenant: str = TENANT) -> Client:
    secret = issue_key("markers", scopes, tenant=tenant)[1]
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})


def _operator() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("operator"))
    return client
