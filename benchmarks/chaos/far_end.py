"""What is really on the stream and on the bus, read by means that are not the product's."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

import nats
from nats.js.api import ConsumerConfig, DeliverPolicy

from benchmarks.chaos.layouts import BUS, NATS

STREAM = "EVENTS"
READ_AT_ONCE = 500
DEDUP_HEADER = "Nats-Msg-Id"


class Arrival(NamedTuple):
    """One message at a destination, in the order in which that took them; `place` is what a receipt would call it.

    `at` is when it was taken, in seconds since the epoch; both destinations run on one clock here.
    """

    destination: str
    event_id: str
    dedup_id: str
    source: str
    data: str
    place: str
    at: float = 0.0


def on_stream(url: str) -> list[Arrival]:
    return asyncio.run(_read(url))


async def _read(url: str) -> list[Arrival]:
    client = await nats.connect(url)
    try:
        jetstream = client.jetstream()
        expected = (await jetstream.stream_info(STREAM)).state.messages
        config = ConsumerConfig(deliver_policy=DeliverPolicy.ALL)
        consumer = await jetstream.pull_subscribe("", stream=STREAM, config=config)
        found: list[Arrival] = []
        while len(found) < expected:
            for message in await consumer.fetch(READ_AT_ONCE, timeout=5.0):
                found.append(_message(message))
                await message.ack()
        return found
    finally:
        await client.close()


def _message(message: Any) -> Arrival:
    headers: Mapping[str, str] = message.headers or {}
    return Arrival(
        NATS,
        unquote(headers.get("ce-id", "")),
        headers.get(DEDUP_HEADER, ""),
        unquote(headers.get("ce-source", "")),
        message.data.decode(),
        f"{message.metadata.stream}:{message.metadata.sequence.stream}",
        message.metadata.timestamp.timestamp(),
    )


def on_bus(accepted: Iterable[Mapping[str, Any]], moments: Iterable[float]) -> list[Arrival]:
    return [_entry(json.loads(entry["Detail"]), at) for entry, at in zip(accepted, moments, strict=True)]


def _entry(detail: Mapping[str, Any], at: float) -> Arrival:
    event = detail["cloudEvents"]
    # The same text that `Record.data` makes; an altered one would differ.
    data = json.dumps(event["data"])
    dedup_id = detail["eventBridgeMetadata"]["deduplicationId"]
    return Arrival(BUS, event["id"], dedup_id, event["source"], data, "", at)
