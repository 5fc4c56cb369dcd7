"""The publisher kind `memory`."""

import threading
from collections.abc import Iterator

import pytest

from routing.publishers.memory import forget_streams, stream
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
    send,
    settle,
)

DOWN = Failure(Outcome.UNREACHABLE, "not_connected", "down")


class Memory(Platform):
    def publisher(self, ack_wait: float = ACK_WAIT, in_flight_limit: int = 2000) -> Publisher:
        return make_publisher("memory", {}, name="m", ack_wait=ack_wait, in_flight_limit=in_flight_limit)

    def arrived(self) -> list[Arrival]:
        return [Arrival(stored.dedup_id, stored.event) for stored in stream().messages]

    def stop(self) -> None:
        stream().script.down = DOWN

    def start(self) -> None:
        stream().script.down = None

    def hang(self) -> None:
        stream().hold()

    def resume(self) -> None:
        stream().release()

    def remove_target(self) -> str:
        stream().exists = False
        return "no_stream"

    def refuse(self, message: Message) -> Message:
        refusal = Failure(Outcome.RETRYABLE, "refused", "not now")
        stream().script.fail = lambda other: refusal if other == message else None
        return message


class TestMemory(PublisherContract):
    @pytest.fixture
    def platform(self) -> Iterator[Memory]:
        yield Memory()
        forget_streams()

    def test_it_can_lose_an_answer(self, platform: Memory) -> None:
        publisher = platform.publisher(ack_wait=0.1)
        stream().script.mute = lambda sent: sent.event.id == "id-1"

        results = send(publisher, messages(3))

        publisher.close()
        assert codes(results) == {"no_answer"}
        assert [arrival.event.id for arrival in platform.arrived()] == ["id-0", "id-1", "id-2"]

    def test_it_can_lose_a_message(self, platform: Memory) -> None:
        publisher = platform.publisher(ack_wait=0.1)
        stream().script.swallow = lambda sent: sent.event.id == "id-1"

        results = send(publisher, messages(3))

        publisher.close()
        assert codes(results) == {"no_answer"}
        assert [arrival.event.id for arrival in platform.arrived()] == ["id-0", "id-2"]

    def test_it_can_answer_late(self, platform: Memory, publisher: Publisher) -> None:
        stream().script.delay_seconds = 0.05
        done = threading.Event()

        flight = publisher.send([message(1)], done.set)

        assert flight.unanswered == 1
        assert isinstance(settle(flight, done)[0], Receipt)

    def test_what_was_given_up_while_it_hung_does_not_appear_later(self, platform: Memory) -> None:
        publisher = platform.publisher(ack_wait=0.1)
        stream().hold()
        assert codes(send(publisher, messages(3))) == {CONNECTION_LOST}

        stream().release()
        send(publisher, [message(9)])

        publisher.close()
        assert [arrival.event.id for arrival in platform.arrived()] == ["id-9"]

    def test_it_forgets_deduplication_ids_after_the_window(self, platform: Memory) -> None:
        config = {"dedup_window_seconds": 0}
        publisher = make_publisher("memory", config, name="m", ack_wait=1, in_flight_limit=10)
        send(publisher, [message(1)])

        again = send(publisher, [message(1)])

        publisher.close()
        assert again == [Receipt("events:2")]
