"""What every publisher must do, whatever it publishes to. A kind joins in by a `Platform` and a subclass."""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import pytest

from events.envelope.event import CloudEvent
from routing.publishers.port import CONNECTION_LOST, Failure, Flight, Message, Outcome, Publisher, Receipt, Result

ACK_WAIT = 2.0
PATIENCE = 10.0
GOOD_TYPE = "com.example.order.placed"


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event as a consumer read it."""

    dedup_id: str
    event: CloudEvent


class Platform(ABC):
    """One platform as the contract sees it: what a consumer reads, and the ways in which it fails."""

    deduplicates = True
    too_large = 2_000_000

    @abstractmethod
    def publisher(self, ack_wait: float = ACK_WAIT, in_flight_limit: int = 2000) -> Publisher:
        """Not yet checked or connected."""

    @abstractmethod
    def arrived(self) -> list[Arrival]: ...

    @abstractmethod
    def stop(self) -> None: ...

    @abstractmethod
    def start(self) -> None: ...

    @abstractmethod
    def hang(self) -> None: ...

    @abstractmethod
    def resume(self) -> None: ...

    @abstractmethod
    def remove_target(self) -> str:
        """Take stream or bus away; returns the code that says so."""

    @abstractmethod
    def refuse(self, message: Message) -> Message:
        """Have the platform refuse this one message; returns it as it must be sent for that."""


def message(number: int, *, type_: str = GOOD_TYPE, data: str | None = None, **attributes: str) -> Message:
    subject = attributes.pop("subject", None)
    event = CloudEvent(
        id=f"id-{number}",
        source=attributes.pop("source", "/oms/main"),
        type=type_,
        subject=subject,
        datacontenttype="application/json",
        extensions=attributes,
        data=data or f'{{"number":{number}}}',
    )
    return Message(f"{number:032x}-1", event)


def messages(count: int, first: int = 0) -> list[Message]:
    return [message(number) for number in range(first, first + count)]


def settle(flight: Flight, done: threading.Event) -> list[Result]:
    assert done.wait(PATIENCE), "not every message was answered"
    return [result for result in flight.results if result is not None]


def send(publisher: Publisher, batch: list[Message]) -> list[Result]:
    """Send and wait for all answers."""
    done = threading.Event()
    return settle(publisher.send(batch, done.set), done)


def outcomes(results: list[Result]) -> set[Outcome | None]:
    """Of failures; None stands for a receipt."""
    return {result.outcome if isinstance(result, Failure) else None for result in results}


def codes(results: list[Result]) -> set[str]:
    return {result.code for result in results if isinstance(result, Failure)}


HOSTILE = [
    {"type_": "*"},
    {"type_": ">"},
    {"type_": "com.>.*.x"},
    {"type_": "$JS.API.STREAM.DELETE.EVENTS"},
    {"type_": ".leading..double.trailing."},
    {"type_": 'with space and "quotes" and 100%'},
    {"type_": "ünï.日本.🎉"},
    {"subject": "../../*.>", "tenant": "a.b *>"},
    {"subject": "%0d%0aX-Injected: 1"},
    {"source": "https://example.com/a%20b/%2e%2e/*?x=%3E#f"},
    {"source": "urn:example:%C3%BC", "branch": "feature/ä 1"},
    {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
]


class PublisherContract:
    """Subclasses give the fixture `platform`."""

    @pytest.fixture
    def publisher(self, platform: Platform) -> Iterator[Publisher]:
        publisher = platform.publisher()
        assert publisher.check().ok
        yield publisher
        publisher.close()

    def test_it_answers_every_message_with_a_receipt_of_its_own(self, platform: Platform, publisher: Publisher) -> None:
        results = send(publisher, messages(200))

        references = {result.reference for result in results if isinstance(result, Receipt)}
        assert len(references) == 200
        assert len(platform.arrived()) == 200

    def test_it_says_once_that_all_is_answered(self, publisher: Publisher) -> None:
        wakes: list[float] = []
        done = threading.Event()

        def wake() -> None:
            wakes.append(time.monotonic())
            done.set()

        flight = publisher.send(messages(20), wake)

        settle(flight, done)
        assert len(wakes) == 1
        assert sorted(flight.answered) == list(range(20))

    def test_it_puts_the_messages_of_one_send_on_the_wire_in_order(
        self, platform: Platform, publisher: Publisher
    ) -> None:
        batch = messages(8)

        send(publisher, batch)

        assert [arrival.event.id for arrival in platform.arrived()] == [sent.event.id for sent in batch]

    def test_it_keeps_the_deduplication_id_over_tries(self, platform: Platform, publisher: Publisher) -> None:
        batch = messages(3)
        send(publisher, batch)

        again = send(publisher, batch)

        copies = 1 if platform.deduplicates else 2
        assert sorted(arrival.dedup_id for arrival in platform.arrived()) == sorted(
            [sent.dedup_id for sent in batch] * copies
        )
        assert {isinstance(result, Receipt) and result.duplicate for result in again} == {platform.deduplicates}

    def test_it_delivers_the_event_as_it_is(self, platform: Platform, publisher: Publisher) -> None:
        sent = message(1, subject="objects/1", branch="main", partitionkey="k 1", data='{"a": 1.0,  "b":"ü"}')

        send(publisher, [sent])

        assert platform.arrived() == [Arrival(sent.dedup_id, sent.event)]

    @pytest.mark.parametrize("attributes", HOSTILE, ids=lambda attributes: next(iter(attributes.values())))
    def test_it_takes_hostile_attributes_as_they_are(
        self, platform: Platform, publisher: Publisher, attributes: dict[str, str]
    ) -> None:
        """H27: encoded, so that a consumer reads back what was sent, and the message beside it is unharmed."""
        hostile, plain = message(1, **attributes), message(2)

        results = send(publisher, [hostile, plain])

        assert outcomes(results) == {None}
        assert [arrival.event for arrival in platform.arrived()] == [hostile.event, plain.event]

    def test_it_calls_silence_ambiguous_in_time(self, platform: Platform) -> None:
        """H19: the platform hangs."""
        publisher = platform.publisher(ack_wait=2.0)
        assert publisher.check().ok
        platform.hang()
        started = time.monotonic()

        results = send(publisher, messages(20))

        platform.resume()
        publisher.close()
        assert time.monotonic() - started < 4.0
        assert outcomes(results) == {Outcome.AMBIGUOUS}
        assert codes(results) == {CONNECTION_LOST}

    def test_it_says_at_once_that_the_platform_is_unreachable_and_sends_nothing_later(
        self, platform: Platform, publisher: Publisher
    ) -> None:
        """H18: nothing that was answered `unreachable` appears when the platform is back."""
        platform.stop()
        send(publisher, [message(98)])  # that the connection is lost may be noticed by this one only
        started = time.monotonic()
        results = send(publisher, messages(50))
        took = time.monotonic() - started

        platform.start()
        assert publisher.check().ok
        send(publisher, [message(99)])

        assert took < ACK_WAIT
        assert outcomes(results) == {Outcome.UNREACHABLE}
        assert [arrival.event.id for arrival in platform.arrived()] == ["id-99"]

    def test_it_answers_truly_when_the_platform_goes_in_mid_flight(
        self, platform: Platform, publisher: Publisher
    ) -> None:
        """H2, H18: what has a receipt is there, what was unreachable is not, the rest is ambiguous."""
        waits = [threading.Event() for _ in range(6)]
        batches = [messages(300, first=300 * number) for number in range(6)]
        flights = [publisher.send(batch, done.set) for batch, done in zip(batches, waits, strict=True)]

        platform.stop()

        results = [settle(flight, done) for flight, done in zip(flights, waits, strict=True)]
        platform.start()
        assert publisher.check().ok
        there = {arrival.event.id for arrival in platform.arrived()}
        for sent, result in zip(chain(*batches), chain(*results), strict=True):
            if isinstance(result, Receipt):
                assert sent.event.id in there
            elif result.outcome is Outcome.UNREACHABLE:
                assert sent.event.id not in there
            else:
                assert result.outcome is Outcome.AMBIGUOUS

    def test_it_refuses_what_is_too_large_before_it_is_sent(self, platform: Platform, publisher: Publisher) -> None:
        """H6, H23: dead at once with its reason, the others unaffected."""
        large = message(1, data='"%s"' % ("x" * platform.too_large))

        small, refused, also_small = send(publisher, [message(0), large, message(2)])

        assert isinstance(small, Receipt)
        assert isinstance(also_small, Receipt)
        assert isinstance(refused, Failure)
        assert (refused.outcome, refused.code) == (Outcome.PERMANENT, "too_large")
        assert [arrival.event.id for arrival in platform.arrived()] == ["id-0", "id-2"]

    def test_it_fails_only_what_the_platform_refused(self, platform: Platform, publisher: Publisher) -> None:
        """H2: the failed ones alone need to go again."""
        batch = messages(20)
        batch[7] = platform.refuse(batch[7])

        results = send(publisher, batch)

        failed = [position for position, result in enumerate(results) if isinstance(result, Failure)]
        assert failed == [7]
        assert outcomes(results) == {None, Outcome.RETRYABLE}
        assert "id-7" not in {arrival.event.id for arrival in platform.arrived()}

    def test_it_never_calls_delivered_what_has_no_stream_or_bus(self, platform: Platform) -> None:
        """H16: the check finds it, and an event sent all the same waits."""
        code = platform.remove_target()
        publisher = platform.publisher()

        check = publisher.check()

        results = send(publisher, messages(3))
        publisher.close()
        assert (check.ok, check.code) == (False, code)
        assert outcomes(results) == {Outcome.UNREACHABLE}
        assert codes(results) == {code}

    def test_its_check_says_that_the_platform_is_unreachable(self, platform: Platform) -> None:
        publisher = platform.publisher()
        platform.stop()

        check = publisher.check()

        platform.start()
        publisher.close()
        assert (check.ok, check.code) == (False, "not_connected")

    def test_it_answers_the_rest_when_it_is_closed(self, platform: Platform, publisher: Publisher) -> None:
        platform.hang()
        done = threading.Event()
        flight = publisher.send(messages(30), done.set)

        publisher.close()

        platform.resume()
        assert outcomes(settle(flight, done)) <= {Outcome.AMBIGUOUS, Outcome.UNREACHABLE}
        assert codes(send(publisher, messages(2))) == {"closed"}

    def test_it_holds_back_what_is_over_its_limit_and_still_delivers_it(self, platform: Platform) -> None:
        publisher = platform.publisher(in_flight_limit=7)
        assert publisher.check().ok

        results = send(publisher, messages(100))

        publisher.close()
        assert outcomes(results) == {None}
        assert len(platform.arrived()) == 100
