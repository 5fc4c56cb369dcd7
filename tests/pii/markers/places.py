"""All places where something of an event is kept, shown or told, read as the text that stands there."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import nats
import redis
from django.contrib import admin
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from controlplane.embedded.nats import NatsServer
from controlplane.embedded.valkey import ValkeyServer
from events.models import OutboxEntry
from routing.models import Delivery
from tests.pii.markers.search import Place

# Of each model so many are looked at one by one, spread evenly over all.
MOST = 9
LISTS = (
    "events", "deliveries", "dead-letters", "unrouted", "operations", "audit", "status", "status/destinations",
    "destinations", "rules", "tables", "keys", "pii/policies", "pii/sets", "schemas/types",
)  # fmt: skip


def tables() -> Iterator[Place]:
    """Every value of every column of every table."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  # of the database itself
            columns = [column[0] for column in cursor.description]
            for number, row in enumerate(cursor.fetchall()):
                text = "\n".join(f"{name}: {_text(value)}" for name, value in zip(columns, row, strict=True))
                yield Place(f"table {table}, row {number}", text)


def _text(value: Any) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def in_valkey(valkey: ValkeyServer) -> Iterator[Place]:
    """Every key with what it holds, in the form in which the server itself would move it elsewhere."""
    with redis.Redis.from_url(valkey.url) as client:
        for key in client.scan_iter():
            kind = client.type(key)
            held: Any = {
                b"list": lambda key=key: client.lrange(key, 0, -1),
                b"hash": lambda key=key: client.hgetall(key),
                b"set": lambda key=key: client.smembers(key),
                b"zset": lambda key=key: client.zrange(key, 0, -1),
                b"string": lambda key=key: client.get(key),
            }[kind]()
            yield Place(f"Valkey: {key!r}", f"{key!r} {held!r}")


def in_streams(server: NatsServer) -> list[Place]:
    """Every message of every stream, with its subject and headers."""
    return asyncio.run(_in_streams(server))


async def _in_streams(server: NatsServer) -> list[Place]:
    client = await nats.connect(server.url, allow_reconnect=False)
    try:
        streams = await client.jetstream().streams_info()
        return [place for stream in streams async for place in _in_stream(client, stream)]
    finally:
        await client.close()


async def _in_stream(client: Any, stream: Any) -> AsyncIterator[Place]:
    name = str(stream.config.name)
    for sequence in range(max(1, stream.state.first_seq), stream.state.last_seq + 1):
        message = await client.jetstream().get_msg(name, sequence)
        data = (message.data or b"").decode("utf-8", "replace")
        yield Place(f"stream {name}: {sequence}", f"{message.subject} {message.headers} {data}")


def metrics(reader: Client) -> Place:
    return Place("/metrics", _got(reader, "/metrics"))


def pages(operator: Client) -> Iterator[Place]:
    """Every list of the admin, the pages of what it lists, and the home page with its parts."""
    for name in ("index", "live", "live_charts"):
        yield _page(operator, reverse(f"admin:{name}"))
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield _page(operator, reverse(f"{base}_changelist"))
        for key in _some(model._default_manager.values_list("pk", flat=True)):
            yield _page(operator, reverse(f"{base}_change", args=[key]))
    yield from _special_pages(operator)


def _special_pages(operator: Client) -> Iterator[Place]:
    for act in ("redrive", "discard"):
        yield _page(operator, reverse(f"admin:dlq_deadletter_many_{act}"))
    for key in _some(OutboxEntry.objects.values_list("pk", flat=True)):
        yield _page(operator, reverse("admin:events_outboxentry_data", args=[key]))


def _some(keys: Iterable[Any]) -> list[Any]:
    every = sorted(keys, key=str)
    return every[:: -(-len(every) // MOST)] if every else []


def _page(client: Client, path: str) -> Place:
    return Place(f"page {path}", _got(client, path))


def api(reader: Client) -> Iterator[Place]:
    """Every list, and each event and delivery by itself."""
    for path in LISTS:
        yield _page(reader, f"/api/v1/{path}")
    for uuid in _some(OutboxEntry.objects.values_list("uuid", flat=True)):
        yield _page(reader, f"/api/v1/events/{uuid}")
    for key in _some(Delivery.objects.values_list("pk", flat=True)):
        yield _page(reader, f"/api/v1/deliveries/{key}")


def _got(client: Client, path: str) -> str:
    answer: Any = client.get(path)
    assert answer.status_code in (200, 302), f"{path}: {answer.status_code}"
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode("utf-8", "replace"))


def commands() -> Iterator[Place]:
    """What people see who follow events at a terminal."""
    count = OutboxEntry.objects.count()
    for options in (["--json", "--data"], ["--data"], []):
        out, err = io.StringIO(), io.StringIO()
        if count:
            call_command("tail", "--since", "1h", "-n", str(count), *options, stdout=out, stderr=err)
        yield Place(f"manage.py tail {' '.join(options)}", out.getvalue() + err.getvalue())
