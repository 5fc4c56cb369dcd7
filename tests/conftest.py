"""Real servers for the suite, on free loopback ports: started when the first test asks, gone at its end.

The database is a private PostgreSQL, one for all processes of a run under pytest-xdist; TEST_DATABASE_URL names
another one. A server that cannot be found is an error, never a skipped test.
"""

import asyncio
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import nats
import pytest
import redis
from django.conf import settings
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from controlplane.embedded.moto import CREDENTIALS, MotoServer
from controlplane.embedded.nats import NatsServer
from controlplane.embedded.postgres import PostgresServer
from controlplane.embedded.valkey import ValkeyServer

# How long an example takes says more about the machine than about the product.
hypothesis_settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("suite")

POSTGRES_URL = pytest.StashKey[str]()

for name in [name for name in os.environ if name.startswith("AWS_") and name != "AWS_CA_BUNDLE"]:
    del os.environ[name]
os.environ.update(CREDENTIALS, NO_PROXY="127.0.0.1,localhost", no_proxy="127.0.0.1,localhost")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Under pytest-xdist the controller starts the one PostgreSQL and tells each worker where it is."""
    if "TEST_DATABASE_URL" not in os.environ:
        node.workerinput["postgres_url"] = postgres_url(node.config)


def postgres_url(config: pytest.Config) -> str:
    """The private PostgreSQL of this run, started by the first call."""
    if POSTGRES_URL not in config.stash:
        told = getattr(config, "workerinput", {}).get("postgres_url")
        config.stash[POSTGRES_URL] = told or _start_postgres(config)
    return config.stash[POSTGRES_URL]


def _start_postgres(config: pytest.Config) -> str:
    server = PostgresServer(fsync=False)
    config.add_cleanup(server.close)
    return server.start().url


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    if "TEST_DATABASE_URL" in os.environ:
        return
    where = urlsplit(postgres_url(request.config))
    # In place: connections made before hold this very dict.
    settings.DATABASES["default"].update(
        HOST=where.hostname, PORT=where.port, USER=where.username, PASSWORD=where.password
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """After a test that commits, all tables are emptied by TRUNCATE, which that of the audit refuses."""
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE events_auditrecord DISABLE TRIGGER events_auditrecord_no_truncate")


@pytest.fixture
def database_url(db: None) -> str:
    """DATABASE_URL of the test database, for processes that a test starts; they see only what is committed."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    return f"postgres://{known['USER']}:{quote(known['PASSWORD'])}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


@pytest.fixture(scope="session")
def session_nats_server() -> Iterator[NatsServer]:
    with NatsServer() as server:
        yield server


@pytest.fixture
def nats_server(session_nats_server: NatsServer) -> Iterator[NatsServer]:
    """A nats-server with JetStream and no streams. A test may stop, kill and restart it."""
    yield session_nats_server
    if not session_nats_server.alive():
        session_nats_server.start()
    asyncio.run(_delete_streams(session_nats_server.url))


async def _delete_streams(url: str) -> None:
    client = await nats.connect(url, allow_reconnect=False)
    jetstream = client.jetstream()
    for stream in await jetstream.streams_info():
        await jetstream.delete_stream(str(stream.config.name))
    await client.close()


@pytest.fixture(scope="session")
def session_valkey() -> Iterator[ValkeyServer]:
    with ValkeyServer() as server:
        yield server


@pytest.fixture
def valkey(session_valkey: ValkeyServer) -> Iterator[ValkeyServer]:
    """An empty Valkey. A test may stop, kill and restart it."""
    yield session_valkey
    if not session_valkey.alive():
        session_valkey.start()
    with redis.Redis.from_url(session_valkey.url) as client:
        client.flushall()


@pytest.fixture(scope="session")
def session_moto() -> Iterator[MotoServer]:
    with MotoServer() as server:
        yield server


@pytest.fixture
def moto(session_moto: MotoServer) -> Iterator[MotoServer]:
    """A stand-in for AWS without buses or queues; clients take `endpoint_url=moto.url`."""
    yield session_moto
    if not session_moto.alive():
        session_moto.start()
    session_moto.reset()
