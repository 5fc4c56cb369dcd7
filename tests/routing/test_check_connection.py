import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import boto3
import nats
import pytest
from structlog.testing import capture_logs

from controlplane.embedded.moto import MotoServer
from controlplane.embedded.nats import NatsServer
from controlplane.embedded.ports import free_port
from routing import check_connection as module
from routing.check_connection import CheckResult, check_connection
from routing.models import Destination
from tests.publishers.test_nats_access import guarded

SECRET = "hunter2-in-clear"


@pytest.fixture(autouse=True)
def _no_check_outlives_its_test() -> Iterator[None]:
    yield
    for thread in threading.enumerate():
        if thread.name == "test-connection":
            thread.join(timeout=15)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def check(kind: str, limit_seconds: float = 5.0, **config: Any) -> CheckResult:
    """The destination is never saved: no test here has a database."""
    return check_connection(Destination(name="new", kind=kind, config=config), limit_seconds=limit_seconds)


async def streams(url: str) -> list[str]:
    client = await nats.connect(url, allow_reconnect=False)
    names = [str(stream.config.name) for stream in await client.jetstream().streams_info()]
    await client.close()
    return names


async def add_stream(url: str, **config: Any) -> None:
    client = await nats.connect(url, allow_reconnect=False)
    await client.jetstream().add_stream(**config)
    await client.close()


def test_a_stream_that_fits_answers(nats_server: NatsServer) -> None:
    asyncio.run(add_stream(nats_server.url, name="EVENTS", subjects=["events.>"], duplicate_window=900))

    result = check("nats", servers=[nats_server.url])

    assert (result.ok, result.code) == (True, "ok")
    assert 0 < result.seconds < 5


def test_a_test_says_what_will_be_made_and_makes_nothing(nats_server: NatsServer) -> None:
    result = check("nats", servers=[nats_server.url])

    assert (result.ok, result.code) == (True, "no_stream")
    assert "is made" in result.message
    assert asyncio.run(streams(nats_server.url)) == []


def test_a_stream_that_must_be_there_and_is_not_is_a_failure(nats_server: NatsServer) -> None:
    result = check("nats", servers=[nats_server.url], create_stream=False)

    assert (result.ok, result.code) == (False, "no_stream")


def test_a_stream_of_other_subjects_is_a_failure(nats_server: NatsServer) -> None:
    asyncio.run(add_stream(nats_server.url, name="EVENTS", subjects=["others.>"]))

    result = check("nats", servers=[nats_server.url])

    assert (result.ok, result.code) == (False, "subjects_missing")


def test_a_bus_is_looked_for(moto: MotoServer) -> None:
    boto3.client("events", endpoint_url=moto.url, region_name="us-east-1").create_event_bus(Name="there")

    found = check("eventbridge", bus="there", endpoint=moto.url)
    missing = check("eventbridge", bus="missing", endpoint=moto.url)

    assert (found.ok, found.code) == (True, "ok")
    assert (missing.ok, missing.code) == (False, "no_bus")


def test_a_place_that_cannot_be_reached_is_an_answer_and_no_error() -> None:
    result = check("nats", servers=[f"nats://127.0.0.1:{free_port()}"])

    assert (result.ok, result.code) == (False, "not_connected")


def test_a_place_that_says_nothing_is_given_up_in_time(silent_port: int) -> None:
    begun = time.monotonic()

    result = check("nats", 0.2, servers=[f"nats://127.0.0.1:{silent_port}"], connect_timeout_seconds=1)

    assert (result.ok, result.code) == (False, "no_answer")
    assert time.monotonic() - begun < 0.9


def test_a_config_that_cannot_be_used_is_explained_without_its_values() -> None:
    result = check("nats", token=SECRET, servers=[f"nats://relay:{SECRET}@nats:4222"])

    assert (result.ok, result.code) == (False, "misconfigured")
    assert "token: must be a reference" in result.message
    assert SECRET not in result.message


def test_a_secret_that_is_missing_or_wrong_is_told_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRONG_SECRET", SECRET)

    with capture_logs() as logged, guarded('authorization: { token: "another" }\n') as server:
        missing = check("nats", servers=[server.url], token="env:NO_SUCH_SECRET")
        wrong = check("nats", servers=[server.url], token="env:WRONG_SECRET")

    assert [(one.ok, one.code) for one in (missing, wrong)] == [(False, "secret_missing"), (False, "unauthorized")]
    assert SECRET not in f"{missing}{wrong}{logged}"


def test_only_so_many_tests_run_at_once(silent_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_free", threading.BoundedSemaphore(1))
    place = {"servers": [f"nats://127.0.0.1:{silent_port}"], "connect_timeout_seconds": 1}

    first = check("nats", 0.05, **place)
    second = check("nats", 0.05, **place)

    assert (first.code, second.code) == ("no_answer", "busy")
