"""What consumers have received of an event: read from JetStream and from behind the bus, as it is there."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

import boto3
import nats

from controlplane.embedded.moto import REGION
from tests.browser.demo import Demo, eventually

RULE, TARGET = "journeys", "queue"


class Received(NamedTuple):
    subject: str
    data: Any


def from_stream(demo: Demo, entry: str) -> Received:
    """The message that the receipt of the delivery names."""
    receipt = next(one["receipt"] for one in demo.event(entry)["deliveries"] if one["destination"] == "nats")
    stream, sequence = receipt.split(":")
    # Of its own thread: the browser's has an event loop that runs.
    with ThreadPoolExecutor(1) as thread:
        message = thread.submit(asyncio.run, _message(demo.nats, stream, int(sequence))).result()
    return Received(message.headers.get("ce-subject", ""), json.loads(message.data))


async def _message(url: str, stream: str, sequence: int) -> Any:
    client = await nats.connect(url, allow_reconnect=False)
    try:
        return await client.jetstream().get_msg(stream, sequence)
    finally:
        await client.close()


class Bus:
    """A queue behind the demo's bus, with all that came over it since it was made."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs = sqs
        self._url = url
        self._events: dict[str, Received] = {}

    def received(self, event_id: str) -> Received:
        eventually(lambda: self._has(event_id), f"nothing of {event_id} came over the bus")
        return self._events[event_id]

    def _has(self, event_id: str) -> bool:
        for message in self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages", []):
            event = json.loads(message["Body"])["detail"]["cloudEvents"]
            self._events[event["id"]] = Received(event.get("subject", ""), event.get("data"))
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return event_id in self._events


@contextmanager
def behind_the_bus(demo: Demo) -> Iterator[Bus]:
    at: dict[str, Any] = {"endpoint_url": demo.aws, "region_name": REGION}
    events, sqs = boto3.client("events", **at), boto3.client("sqs", **at)
    url = sqs.create_queue(QueueName=RULE)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name=RULE, EventBusName=demo.bus, EventPattern=json.dumps({"source": [{"prefix": ""}]}))
    events.put_targets(Rule=RULE, EventBusName=demo.bus, Targets=[{"Id": TARGET, "Arn": arn}])
    try:
        yield Bus(sqs, url)
    finally:
        events.remove_targets(Rule=RULE, EventBusName=demo.bus, Ids=[TARGET])
        events.delete_rule(Name=RULE, EventBusName=demo.bus)
        sqs.delete_queue(QueueUrl=url)
        events.close()
        sqs.close()
