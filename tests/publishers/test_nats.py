"""The publisher kind `nats` against a real server."""

import asyncio
import json
import os
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import unquote

import nats
import pytest
from nats.aio.client import Client
from nats.js.api import StreamConfig
from nats.js.errors import NotFoundError

from controlplane.embedded.nats import NatsServer
from events.envelope.event import CloudEvent, unchecked
from routing.publishers.port import CONNECTION_LOST, Failure, Message, Outcome, Publisher, Receipt
from routing.publishers.registry import make_publisher
from tests.publishers.contract import (
    ACK_WAIT,
    Arrival,
    Platform,
    PublisherContract,
    codes,
    message,
    messages,
    outcomes,
    send,
    settle,
)

T = TypeVar("T")
STREAM = "EVENTS"


def with_client(server: NatsServer, work: Callable[[Client], Awaitable[T]]) -> T:
    """Do something with a plain client of the library."""

    async def run() -> T:
        client = await nats.connect(server.url, allow_reconnect=False)
        try:
            return await work(client)
        finally:
            await client.close()

    return asyncio.run(run())


def make_stream(server: NatsServer, **config: Any) -> None:
    async def work(client: Client) -> None:
        await client.jetstream().add_stream(StreamConfig(name=STREAM, **config))

    with_client(server, work)


def stream_config(server: NatsServer) -> StreamConfig:
    async def work(client: Client) -> StreamConfig:
        return (await client.jetstream().stream_info(STREAM)).config

    return with_client(server, work)


def read_all(server: NatsServer) -> list[Any]:
    """All messages of the stream, read by a plain consumer, sorted as the stream has them."""

    async def work(client: Client) -> list[Any]:
        jetstream = client.jetstream()
        try:
            count = (await jetstream.stream_info(STREAM)).state.messages
        except NotFoundError:
            return []
        found: list[Any] = []
        consumer = await jetstream.pull_subscribe(">", stream=STREAM)
        while len(found) < count:
            found += await consumer.fetch(min(500, count - len(found)), timeout=5)
        return sorted(found, key=lambda received: received.metadata.sequence.stream)

    return with_client(server, work)


def decode(received: Any) -> Arrival:
    headers = dict(received.headers)
    names = {"id", "source", "type", "subject", "time", "datacontenttype", "dataschema"}
    attributes = {name[3:]: unquote(value) for name, value in headers.items() if name.startswith("ce-")}
    assert attributes.pop("specversion") == "1.0"
    known: dict[str, Any] = {name: attributes.pop(name, None) for name in names}
    return Arrival(headers["Nats-Msg-Id"], CloudEvent(**known, extensions=attributes, data=received.data.decode()))


class Nats(Platform):
    def __init__(self, server: NatsServer) -> None:
        self.server = server
        self.config: dict[str, Any] = {"servers": [server.url], "stream": STREAM}

    def publisher(self, ack_wait: float = ACK_WAIT, in_flight_limit: int = 2000) -> Publisher:
        return make_publisher("nats", self.config, name="n", ack_wait=ack_wait, in_flight_limit=in_flight_limit)

    def arrived(self) -> list[Arrival]:
        return [decode(received) for received in read_all(self.server)]

    def stop(self) -> None:
        self.server.kill()

    def start(self) -> None:
        self.server.start()

    def hang(self) -> None:
        os.kill(self.server.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.server.pid, signal.SIGCONT)

    def remove_target(self) -> str:
        self.config["create_stream"] = False
        return "no_stream"

    def refuse(self, message: Message) -> Message:
        """On a subject that its stream does not capture."""

        async def work(client: Client) -> None:
            await client.jetstream().update_stream(StreamConfig(name=STREAM, subjects=["events.com.>"]))

        with_client(self.server, work)
        return replace(message, event=replace(message.event, type="org.example.elsewhere"))


def unlimited(*, type_: str = "t", subject: str | None = None, **extensions: str) -> Message:
    """An event beyond what ingest lets through: an adapter must not rely on that."""
    return Message("unlimited-1", unchecked("1", "/s", type_, subject, None, None, None, extensions, "{}"))


class TestNats(PublisherContract):
    @pytest.fixture
    def platform(self, nats_server: NatsServer) -> Nats:
        return Nats(nats_server)

    def test_it_sends_binary_mode_with_a_header_for_every_attribute(self, platform: Nats, publisher: Publisher) -> None:
        traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        sent = message(1, subject='a "b" 100% ü', tenant="t", traceparent=traceparent)

        send(publisher, [sent])

        (received,) = read_all(platform.server)
        assert received.subject == "events.com.example.order.placed"
        assert received.data == b'{"number":1}'
        assert received.headers == {
            "Nats-Msg-Id": sent.dedup_id,
            "ce-specversion": "1.0",
            "ce-id": "id-1",
            "ce-source": "/oms/main",
            "ce-type": "com.example.order.placed",
            "ce-subject": "a%20%22b%22%20100%25%20%C3%BC",
            "ce-datacontenttype": "application/json",
            "ce-tenant": "t",
            "ce-traceparent": traceparent,
            "traceparent": traceparent,
        }

    def test_it_sends_structured_mode_by_choice(self, platform: Nats) -> None:
        platform.config["mode"] = "structured"
        publisher = platform.publisher()
        publisher.check()

        send(publisher, [message(1)])

        publisher.close()
        (received,) = read_all(platform.server)
        assert received.headers["content-type"] == "application/cloudevents+json"
        assert json.loads(received.data)["data"] == {"number": 1}

    def test_no_attribute_can_add_a_header_or_a_command(self, platform: Nats, publisher: Publisher) -> None:
        """H27: line ends, which ingest refuses, are encoded here as well."""
        hostile = unchecked(
            "1\r\nNats-Rollup: all", "/s\r\n\r\nPUB x 0\r\n", "t\r\nx", "\n", None, None, None, {"a": "\r\nb: c"}, "{}"
        )

        results = send(publisher, [Message("a-1", hostile), message(2)])

        assert outcomes(results) == {None}
        injected, plain = (set(received.headers) for received in read_all(platform.server))
        assert injected == plain | {"ce-subject", "ce-a"}

    def test_an_extension_whose_name_no_header_can_have_is_refused(self, publisher: Publisher) -> None:
        refused, taken = send(publisher, [unlimited(**{"a: b\r\nc": "d"}), message(2)])

        assert codes([refused]) == {"not_encodable"}
        assert isinstance(taken, Receipt)

    def test_a_subject_longer_than_a_protocol_line_is_refused(self, publisher: Publisher) -> None:
        """H6: the server would hang up on it, and on every message beside it."""
        refused, taken = send(publisher, [unlimited(type_="t" * 1000 + "é" * 400), message(2)])

        assert codes([refused]) == {"subject_too_long"}
        assert isinstance(taken, Receipt)

    def test_attributes_count_for_the_size(self, publisher: Publisher) -> None:
        refused, taken = send(publisher, [unlimited(subject="s" * 1_100_000), message(2)])

        assert codes([refused]) == {"too_large"}
        assert isinstance(taken, Receipt)

    def test_headers_larger_than_the_server_takes_are_refused_for_good(self, publisher: Publisher) -> None:
        (refused,) = send(publisher, [unlimited(subject="s" * 70_000)])

        assert isinstance(refused, Failure)
        assert refused.outcome is Outcome.PERMANENT

    def test_a_limit_of_the_stream_is_permanent_too(self, platform: Nats) -> None:
        make_stream(platform.server, subjects=["events.>"], max_msg_size=2000, duplicate_window=900)
        publisher = platform.publisher()

        refused, taken = send(publisher, [message(1, data='"%s"' % ("x" * 3000)), message(2)])

        publisher.close()
        assert codes([refused]) == {"too_large"}
        assert outcomes([refused]) == {Outcome.PERMANENT}
        assert isinstance(taken, Receipt)

    def test_a_full_stream_is_unreachable_and_says_why(self, platform: Nats) -> None:
        """H16: it refuses all, so it burns no attempts."""
        platform.config["max_bytes"] = 4000
        publisher = platform.publisher()
        assert publisher.check().ok

        results = send(publisher, messages(50))

        publisher.close()
        assert outcomes(results) == {None, Outcome.UNREACHABLE}
        assert codes(results) == {"stream_full"}

    def test_a_stream_deleted_under_it_is_found_by_the_next_send(self, platform: Nats, publisher: Publisher) -> None:
        """H16."""

        async def work(client: Client) -> None:
            await client.jetstream().delete_stream(STREAM)

        with_client(platform.server, work)

        assert codes(send(publisher, messages(3))) == {"no_stream"}

    def test_a_subject_that_only_a_plain_subscriber_hears_is_not_delivered(self, platform: Nats) -> None:
        """H16: nobody answers such a message, and it is in no stream."""
        make_stream(platform.server, subjects=["events.com.>"], duplicate_window=900)
        publisher = platform.publisher(ack_wait=1.0)

        async def work(client: Client) -> list[Any]:
            await client.subscribe("events.org.>")
            await client.flush()
            return await asyncio.to_thread(send, publisher, [message(1, type_="org.example.x"), message(2)])

        unheard, taken = with_client(platform.server, work)

        publisher.close()
        assert codes([unheard]) == {"subject_not_in_stream"}
        assert outcomes([unheard]) == {Outcome.RETRYABLE}
        assert isinstance(taken, Receipt)

    def test_what_a_stopped_server_had_no_room_for_never_appears(self, platform: Nats) -> None:
        """H18: the client's own buffer is dropped with the connection, not written out when the server goes on."""
        publisher = platform.publisher(ack_wait=1.0, in_flight_limit=100_000)
        assert publisher.check().ok
        batch = [message(number, data='"%s"' % ("x" * 200_000)) for number in range(200)]
        platform.hang()

        results = send(publisher, batch)
        platform.resume()
        assert isinstance(send(publisher, [message(999)])[0], Receipt)

        publisher.close()
        there = {arrival.event.id for arrival in platform.arrived()}
        assert outcomes(results) == {Outcome.AMBIGUOUS, Outcome.UNREACHABLE}
        assert codes(results) == {CONNECTION_LOST, "not_sent"}
        unsent = {sent.event.id for sent, result in zip(batch, results, strict=True) if codes([result]) == {"not_sent"}}
        assert unsent.isdisjoint(there)
        assert len(there) < len(batch) - len(unsent), "the unwritten rest of what was ambiguous is gone as well"

    def test_it_goes_on_after_the_server_was_restarted(self, platform: Nats, publisher: Publisher) -> None:
        """H2."""
        send(publisher, messages(5))

        platform.server.kill()
        platform.server.start()

        assert outcomes(send(publisher, messages(5, first=5))) <= {None, Outcome.AMBIGUOUS}
        assert outcomes(send(publisher, messages(5, first=10))) == {None}

    def test_two_publishers_do_not_take_each_others_answers(self, platform: Nats, publisher: Publisher) -> None:
        other = platform.publisher()
        waits = [threading.Event() for _ in range(2)]

        flights = [
            publisher.send(messages(300), waits[0].set),
            other.send(messages(300, first=300), waits[1].set),
        ]

        results = [settle(flight, done) for flight, done in zip(flights, waits, strict=True)]
        other.close()
        stored = {
            f"{STREAM}:{received.metadata.sequence.stream}": decode(received) for received in read_all(platform.server)
        }
        for position, result in enumerate(results[0]):
            assert isinstance(result, Receipt)
            assert stored[result.reference].event.id == f"id-{position}"


class TestStream:
    @pytest.fixture
    def platform(self, nats_server: NatsServer) -> Nats:
        return Nats(nats_server)

    @pytest.fixture
    def publisher(self, platform: Nats) -> Iterator[Publisher]:
        publisher = platform.publisher()
        yield publisher
        publisher.close()

    def test_the_check_makes_the_stream(self, platform: Nats, publisher: Publisher) -> None:
        assert publisher.check().ok

        made = stream_config(platform.server)
        assert made.subjects == ["events.>"]
        assert made.duplicate_window == 900
        assert made.storage == "file"
        assert made.discard == "new"

    def test_the_check_lengthens_a_window_that_is_too_short(self, platform: Nats, publisher: Publisher) -> None:
        make_stream(platform.server, subjects=["events.>"], duplicate_window=120, description="theirs")

        assert publisher.check().ok

        corrected = stream_config(platform.server)
        assert corrected.duplicate_window == 900
        assert corrected.description == "theirs"

    def test_a_longer_window_stays(self, platform: Nats, publisher: Publisher) -> None:
        make_stream(platform.server, subjects=["events.>"], duplicate_window=3600)

        assert publisher.check().ok

        assert stream_config(platform.server).duplicate_window == 3600

    def test_a_stream_of_others_is_only_reported(self, platform: Nats) -> None:
        make_stream(platform.server, subjects=["events.>"], duplicate_window=120)
        platform.config["create_stream"] = False
        publisher = platform.publisher()

        check = publisher.check()

        publisher.close()
        assert check.code == "short_dedup_window"
        assert stream_config(platform.server).duplicate_window == 120

    def test_subjects_the_stream_does_not_capture_are_reported(self, platform: Nats, publisher: Publisher) -> None:
        """H16."""
        make_stream(platform.server, subjects=["events.com.>"], duplicate_window=900)

        assert publisher.check().code == "subjects_missing"

    def test_a_stream_that_does_not_acknowledge_is_reported(self, platform: Nats, publisher: Publisher) -> None:
        make_stream(platform.server, subjects=["events.>"], duplicate_window=900, no_ack=True)

        assert publisher.check().code == "stream_without_acks"
