"""The benchmark's own eyes at the far end: what JetStream holds, asked with plain nats-py."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple, TypeVar

import nats
from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig, DiscardPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

T = TypeVar("T")

STREAM, SUBJECT = "EVENTS", "events.{type}"
DEDUP_WINDOW_SECONDS = 900.0
UNLIMITED = 1 << 40


class Stored(NamedTuple):
    """One message of a stream, in its order. `at` is when the server stored it, in ns since 1970."""

    event_id: str
    partitionkey: str | None
    at: int


async def fresh_stream(client: Client, name: str, subjects: list[str]) -> None:
    """An empty stream that remembers no id: file storage, deduplication, refusing rather than forgetting."""
    jetstream = client.jetstream()
    with suppress(NotFoundError):
        await jetstream.delete_stream(name)
    await jetstream.add_stream(
        StreamConfig(
            name=name,
            subjects=subjects,
            storage=StorageType.FILE,
            discard=DiscardPolicy.NEW,
            duplicate_window=DEDUP_WINDOW_SECONDS,
        )
    )


def empty(url: str) -> None:
    """Make the stream of the destination anew."""
    run(url, lambda client: fresh_stream(client, STREAM, ["events.>"]))


def contents(url: str) -> list[Stored]:
    """Everything in the stream of the destination."""
    return run(url, read)


async def read(client: Client) -> list[Stored]:
    jetstream = client.jetstream()
    count = (await jetstream.stream_info(STREAM)).state.messages
    inbox = client.new_inbox()
    subscription = await client.subscribe(inbox, pending_msgs_limit=UNLIMITED, pending_bytes_limit=UNLIMITED)
    consumer = ConsumerConfig(deliver_subject=inbox, ack_policy=AckPolicy.NONE, headers_only=True)
    await jetstream.add_consumer(STREAM, consumer)
    stored: list[Stored] = []
    while len(stored) < count:
        message = await subscription.next_msg(timeout=10)
        headers = message.headers or {}
        stored.append(Stored(headers["ce-id"], headers.get("ce-partitionkey"), stored_at(message.reply)))
    return stored


def stored_at(reply: str) -> int:
    """From `$JS.ACK.<stream>.<consumer>.<deliveries>.<sequence>.<its own sequence>.<time>.<pending>`."""
    return int(reply.split(".")[7])


def run(url: str, act: Callable[[Client], Awaitable[T]]) -> T:
    return asyncio.run(connected(url, act))


async def connected(url: str, act: Callable[[Client], Awaitable[T]]) -> T:
    client = await nats.connect(url, allow_reconnect=False)
    try:
        return await act(client)
    finally:
        await client.close()
