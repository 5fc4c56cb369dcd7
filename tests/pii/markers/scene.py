"""An installation with real servers behind it, of which all that it keeps and tells is looked at afterwards."""

import asyncio
import json
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from logging.config import dictConfig
from typing import Any

import boto3
import nats
import redis
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from nats.aio.client import Client as NatsClient
from nats.js.api import StreamConfig

from benchmarks.eventbridge_stub import EventBridgeStub
from controlplane import logs
from controlplane.embedded.moto import REGION, MotoServer
from controlplane.embedded.nats import NatsServer
from controlplane.embedded.ports import free_port
from controlplane.embedded.valkey import ValkeyServer
from events.models import PendingEntry, PiiPolicy
from events.pii.publishing.drafts import save_policy
from events.pii.publishing.publish import publish
from routing.models import Delivery, Destination
from tests.pii.markers import places
from tests.pii.markers.search import Place
from tests.relay.conftest import Installation

BUS, QUEUE, TENANT = "markers", "markers", "shop"
ACTIONS = ("redact", "anonymize", "encrypt", "block")


@dataclass
class Scene:
    """What the tests of markers act on; `told` is what was answered and raised, place by place."""

    installation: Installation
    valkey: ValkeyServer
    nats: NatsServer
    moto: MotoServer
    stub: EventBridgeStub
    queue_url: str
    writer: Client
    reader: Client
    operator: Client
    told: list[Place] = field(default_factory=list)

    def tell(self, what: str, answer: HttpResponse) -> None:
        """Keep an answer, headers and all."""
        text = answer.content.decode("utf-8", "replace") + str(dict(answer.headers))
        self.told.append(Place(f"answer: {what}", text))

    def raised(self, what: str, error: Exception) -> None:
        """Keep what a caller in Python would have logged of an error."""
        self.told.append(Place(f"raised: {what}", "".join(traceback.format_exception(error)) + repr(error)))

    def relay(self) -> None:
        """Until each event is delivered, dead, unrouted, or waits for what is down."""
        waiting = Delivery.objects.filter(state="pending").exclude(destination__name="down")
        self.installation.run(lambda: not (PendingEntry.objects.exists() or waiting.exists()), seconds=30)


def everywhere(scene: Scene) -> Iterator[Place]:
    """All that is kept, shown and told."""
    yield from scene.told
    yield from places.tables()
    yield from places.in_valkey(scene.valkey)
    yield from places.in_streams(scene.nats)
    yield from (Place("queue", body) for body in received(scene.moto, scene.queue_url))
    yield from (Place("refusing bus", str(entry)) for entry in scene.stub.accepted)
    yield places.metrics(scene.reader)
    yield from places.pages(scene.operator)
    yield from places.api(scene.reader)
    yield from places.commands()


def set_up(scene: Scene) -> None:
    """Policies for each action, destinations, and the table that leads to them."""
    for action in ACTIONS:
        policy = PiiPolicy(name=action, type_pattern=f"com.example.{action}.*", default=action.upper())
        save_policy(policy, expected=None, by=None)
    publish(note="for the markers", by=None)
    _destinations(scene)
    rule = scene.installation.rule
    scene.installation.publish(
        rule("stream", "bus", type_pattern="com.example.*.delivered"),
        rule("small", "refusing", type_pattern="com.example.*.refused"),
        rule("down", type_pattern="com.example.*.waiting"),
    )


def _destinations(scene: Scene) -> None:
    made = Destination.objects.create
    nats_url = scene.nats.url
    made(name="stream", kind="nats", config={"servers": [nats_url], "stream": "EVENTS"})
    small = {"servers": [nats_url], "stream": "SMALL", "subject": "small.{type}", "create_stream": False}
    made(name="small", kind="nats", config=small)
    made(name="bus", kind="eventbridge", config={"bus": BUS, "endpoint": scene.moto.url, "region": REGION})
    made(name="refusing", kind="eventbridge", config={"bus": BUS, "endpoint": scene.stub.url, "region": REGION})
    made(name="down", kind="nats", config={"servers": [f"nats://127.0.0.1:{free_port()}"], "stream": "DOWN"})
    scene.stub.behaviour.fail_every, scene.stub.behaviour.fail_code = 1, "MalformedDetail"


def small_stream(server: NatsServer) -> None:
    """One that takes no event of ours: they are all larger."""
    config = StreamConfig(name="SMALL", subjects=["small.>"], max_msg_size=64, duplicate_window=900)
    _with_client(server, lambda client: client.jetstream().add_stream(config))


def queue_behind(moto: MotoServer) -> str:
    """A bus whose events all go to a queue; returns its address."""
    options: dict[str, Any] = {"endpoint_url": moto.url, "region_name": REGION}
    events, sqs = boto3.client("events", **options), boto3.client("sqs", **options)
    events.create_event_bus(Name=BUS)
    url: str = sqs.create_queue(QueueName=QUEUE)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    # Every pseudonym of a source begins as its source does.
    events.put_rule(Name="all", EventBusName=BUS, EventPattern=json.dumps({"source": [{"prefix": ""}]}))
    events.put_targets(Rule="all", EventBusName=BUS, Targets=[{"Id": "queue", "Arn": arn}])
    events.close()
    sqs.close()
    return url


def received(moto: MotoServer, queue_url: str) -> list[str]:
    """The bodies of all messages in a queue, which they leave thereby."""
    sqs = boto3.client("sqs", endpoint_url=moto.url, region_name=REGION)
    found: list[str] = []
    while batch := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages", []):
        found += [str(one["Body"]) for one in batch]
        gone: list[Any] = [{"Id": str(index), "ReceiptHandle": one["ReceiptHandle"]} for index, one in enumerate(batch)]
        sqs.delete_message_batch(QueueUrl=queue_url, Entries=gone)
    sqs.close()
    return found


def _with_client(server: NatsServer, work: Callable[[NatsClient], Any]) -> Any:
    async def run() -> Any:
        client = await nats.connect(server.url, allow_reconnect=False)
        try:
            return await work(client)
        finally:
            await client.close()

    return asyncio.run(run())


@contextmanager
def everything_logged() -> Iterator[None]:
    """As the product logs, at DEBUG, to standard output."""
    before = logging.getLogger().level
    dictConfig(logs.configure("json", "DEBUG"))
    try:
        yield
    finally:
        dictConfig(settings.LOGGING)
        logging.getLogger().setLevel(before)


@contextmanager
def watched(valkey: ValkeyServer) -> Iterator[Callable[[], list[str]]]:
    """Every command that a Valkey is given meanwhile."""
    with ExitStack() as stack:
        client = stack.enter_context(redis.Redis.from_url(valkey.url, socket_timeout=0.2))
        monitor = stack.enter_context(client.monitor())

        def commands() -> list[str]:
            seen: list[str] = []
            try:
                while True:
                    seen.append(str(monitor.next_command()))
            except redis.TimeoutError:
                return seen

        yield commands
