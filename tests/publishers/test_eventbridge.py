"""The publisher kind `eventbridge` against the stand-in, and against moto with a queue behind the bus."""

import json
import os
import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from benchmarks.eventbridge_stub import EventBridgeStub
from controlplane.embedded.moto import REGION, MotoServer
from events.envelope.parse import parse_structured
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

BUS = "events"


def decode(detail_text: str) -> Arrival:
    detail = json.loads(detail_text)
    start = len('{"cloudEvents":')
    end = detail_text.rindex(',"omsContext":')
    return Arrival(detail["eventBridgeMetadata"]["deduplicationId"], parse_structured(detail_text[start:end].encode()))


class EventBridge(Platform):
    deduplicates = False
    too_large = 300_000

    def __init__(self, stub: EventBridgeStub) -> None:
        self.stub = stub
        self.config: dict[str, Any] = {"bus": BUS, "endpoint": stub.url}

    def publisher(self, ack_wait: float = ACK_WAIT, in_flight_limit: int = 2000) -> Publisher:
        return make_publisher("eventbridge", self.config, name="e", ack_wait=ack_wait, in_flight_limit=in_flight_limit)

    def arrived(self) -> list[Arrival]:
        return [decode(entry["Detail"]) for entry in self.stub.accepted]

    def stop(self) -> None:
        self.stub.go_down()

    def start(self) -> None:
        self.stub.come_up()

    def hang(self) -> None:
        self.stub.behaviour.hang = True

    def resume(self) -> None:
        self.stub.behaviour.hang = False

    def remove_target(self) -> str:
        self.stub.buses.clear()
        return "no_bus"

    def refuse(self, message: Message) -> Message:
        self.stub.behaviour.fail[message.dedup_id] = "InternalFailure"
        return message


class TestEventBridge(PublisherContract):
    @pytest.fixture
    def platform(self) -> Iterator[EventBridge]:
        with EventBridgeStub(BUS) as stub:
            yield EventBridge(stub)

    def test_it_sends_nothing_before_the_bus_was_found(self, platform: EventBridge) -> None:
        """H16: a bus that does not exist would answer success and drop the event."""
        publisher = platform.publisher()

        results = send(publisher, messages(3))

        publisher.close()
        assert codes(results) == {"unchecked"}
        assert platform.stub.calls == []

    def test_a_bus_deleted_later_is_found_by_the_next_check(self, platform: EventBridge, publisher: Publisher) -> None:
        """H16."""
        platform.stub.buses.clear()

        assert publisher.check().code == "no_bus"

        assert codes(send(publisher, messages(3))) == {"no_bus"}

    def test_a_check_that_cannot_ask_does_not_close_a_bus_that_was_there(
        self, platform: EventBridge, publisher: Publisher
    ) -> None:
        platform.stub.behaviour.throttle = True
        assert publisher.check().code == "throttled"

        platform.stub.behaviour.throttle = False

        assert outcomes(send(publisher, messages(3))) == {None}

    def test_it_packs_calls_by_number_and_by_size(self, platform: EventBridge, publisher: Publisher) -> None:
        small, large = messages(23), [message(n, data='"%s"' % ("x" * 100_000)) for n in range(23, 28)]

        send(publisher, small)
        send(publisher, large)

        assert sorted(platform.stub.calls[:3]) == [3, 10, 10]
        assert sorted(platform.stub.calls[3:]) == [1, 2, 2]

    @pytest.mark.parametrize(
        ("code", "outcome"),
        [
            ("InternalFailure", Outcome.RETRYABLE),
            ("ThrottlingException", Outcome.THROTTLED),
            ("MalformedDetail", Outcome.PERMANENT),
            ("NotAuthorizedForSourceException", Outcome.PERMANENT),
            ("SomethingNew", Outcome.RETRYABLE),
        ],
    )
    def test_it_reads_the_code_of_each_entry(
        self, platform: EventBridge, publisher: Publisher, code: str, outcome: Outcome
    ) -> None:
        batch = messages(25)
        platform.stub.behaviour.fail[batch[13].dedup_id] = code

        results = send(publisher, batch)

        failed = [position for position, result in enumerate(results) if isinstance(result, Failure)]
        assert failed == [13]
        assert outcomes([results[13]]) == {outcome}

    @pytest.mark.parametrize(
        ("refuse", "status", "outcome", "code"),
        [
            ("ThrottlingException", 400, Outcome.THROTTLED, "throttled"),
            ("AccessDeniedException", 400, Outcome.UNREACHABLE, "access_denied"),
            ("ExpiredTokenException", 400, Outcome.UNREACHABLE, "credentials_refused"),
            ("UnrecognizedClientException", 400, Outcome.UNREACHABLE, "credentials_refused"),
            ("ResourceNotFoundException", 400, Outcome.UNREACHABLE, "no_bus"),
            ("InternalFailure", 500, Outcome.UNREACHABLE, "service_unavailable"),
            ("ServiceUnavailable", 503, Outcome.UNREACHABLE, "service_unavailable"),
            ("Timeout", 504, Outcome.AMBIGUOUS, CONNECTION_LOST),
        ],
    )
    def test_a_call_refused_as_a_whole_says_nothing_about_its_events(
        self, platform: EventBridge, publisher: Publisher, refuse: str, status: int, outcome: Outcome, code: str
    ) -> None:
        """H2: an outage burns no attempts."""
        platform.stub.behaviour.refuse, platform.stub.behaviour.status = refuse, status

        results = send(publisher, messages(12))

        assert outcomes(results) == {outcome}
        assert codes(results) == {code}

    def test_one_entry_that_spoils_a_call_is_singled_out(self, platform: EventBridge, publisher: Publisher) -> None:
        """H6."""
        batch = messages(10)
        platform.stub.behaviour.spoil = batch[4].dedup_id

        results = send(publisher, batch)

        assert codes(results) == {"call_refused"}
        assert [isinstance(result, Receipt) for result in results] == [position != 4 for position in range(10)]
        assert [arrival.event.id for arrival in platform.arrived()] == [f"id-{n}" for n in range(10) if n != 4]

    def test_a_connection_broken_after_sending_is_ambiguous(self, platform: EventBridge, publisher: Publisher) -> None:
        platform.stub.behaviour.mute = True

        results = send(publisher, messages(3))

        assert outcomes(results) == {Outcome.AMBIGUOUS}
        assert len(platform.arrived()) == 3

    def test_it_never_tries_twice(self, platform: EventBridge, publisher: Publisher) -> None:
        platform.stub.behaviour.fail_every = 1

        send(publisher, messages(30))

        assert sorted(platform.stub.calls) == [10, 10, 10]

    def test_calls_are_in_flight_together(self, platform: EventBridge, publisher: Publisher) -> None:
        platform.stub.behaviour.delay_seconds = 0.2
        done = threading.Event()

        flight = publisher.send(messages(80), done.set)

        assert done.wait(1.0), "eight calls of 0.2 s one after the other"
        assert outcomes(settle(flight, done)) == {None}

    def test_singling_out_what_spoils_a_call_ends_in_time(self, platform: EventBridge) -> None:
        """H18: nothing of the call goes out after its answers were given."""
        publisher = platform.publisher(ack_wait=1.2)
        assert publisher.check().ok
        batch = messages(10)
        platform.stub.behaviour.spoil = batch[9].dedup_id
        platform.stub.behaviour.delay_seconds = 0.25

        results = send(publisher, batch)
        arrived = len(platform.arrived())
        send(publisher, messages(1, first=99))

        assert len(platform.arrived()) == arrived + 1
        assert sum(isinstance(result, Receipt) for result in results) == arrived
        publisher.close()

    def test_what_found_no_free_call_in_time_was_not_sent(self, platform: EventBridge) -> None:
        """H18: it does not appear later either."""
        platform.config["concurrency"] = 1
        publisher = platform.publisher(ack_wait=0.6)
        assert publisher.check().ok
        platform.hang()

        results = send(publisher, messages(30))

        platform.resume()
        publisher.close()
        assert codes(results[:10]) == {CONNECTION_LOST}
        assert codes(results[10:]) == {"not_sent"}
        assert platform.arrived() == []

    def test_a_source_reserved_for_aws_is_refused(self, publisher: Publisher) -> None:
        """H27."""
        refused, taken = send(publisher, [message(1, source="/aws/s3"), message(2)])

        assert codes([refused]) == {"not_mappable"}
        assert outcomes([refused]) == {Outcome.PERMANENT}
        assert isinstance(taken, Receipt)

    def test_secrets_come_by_reference(self, platform: EventBridge, monkeypatch: pytest.MonkeyPatch) -> None:
        platform.config |= {"access_key_id": "env:THE_ID", "secret_access_key": "env:THE_KEY"}
        monkeypatch.setenv("THE_ID", "id")
        publisher = platform.publisher()

        without_key = publisher.check()
        monkeypatch.setenv("THE_KEY", "key")
        with_key = publisher.check()

        publisher.close()
        assert (without_key.code, with_key.ok) == ("secret_missing", True)


def test_without_credentials_it_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in (("METADATA_DISABLED", "true"),):
        monkeypatch.setenv(f"AWS_EC2_{name}", value)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    with EventBridgeStub(BUS) as stub:
        publisher = EventBridge(stub).publisher()

        check = publisher.check()

        publisher.close()
    assert check.code == "no_credentials"


class TestMoto:
    """What a rule's target really gets."""

    @pytest.fixture
    def queue_url(self, moto: MotoServer) -> str:
        options: dict[str, Any] = {"endpoint_url": moto.url, "region_name": REGION}
        events, sqs = boto3.client("events", **options), boto3.client("sqs", **options)
        events.create_event_bus(Name=BUS)
        url = sqs.create_queue(QueueName="read-back")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        pattern = json.dumps({"source": ["oms.main"]})
        events.put_rule(Name="all", EventBusName=BUS, EventPattern=pattern)
        events.put_targets(Rule="all", EventBusName=BUS, Targets=[{"Id": "queue", "Arn": arn}])
        events.close()
        sqs.close()
        return url

    def received(self, moto: MotoServer, queue_url: str) -> list[dict[str, Any]]:
        sqs = boto3.client("sqs", endpoint_url=moto.url, region_name=REGION)
        found: list[dict[str, Any]] = []
        while batch := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages", []):
            found += [json.loads(one["Body"]) for one in batch]
        sqs.close()
        return found

    def test_an_event_arrives_behind_a_rule_as_the_mapping_says(self, moto: MotoServer, queue_url: str) -> None:
        config = {"bus": BUS, "endpoint": moto.url, "region": REGION}
        publisher = make_publisher("eventbridge", config, name="e", ack_wait=5, in_flight_limit=100)
        assert publisher.check().ok
        sent = message(1, type_="com.foundry.oms.objecttype.created", branch="main", data='{"n": 1.50}')

        (result,) = send(publisher, [sent])

        publisher.close()
        (received,) = self.received(moto, queue_url)
        assert isinstance(result, Receipt)
        assert received["source"] == "oms.main"
        assert received["detail-type"] == "Objecttype Created"
        assert received["detail"]["cloudEvents"]["data"] == {"n": 1.5}
        assert received["detail"]["omsContext"] == {"branch": "main"}
        assert received["detail"]["eventBridgeMetadata"]["deduplicationId"] == sent.dedup_id

    def test_a_bus_that_does_not_exist_is_found(self, moto: MotoServer) -> None:
        """H16."""
        config = {"bus": "missing", "endpoint": moto.url, "region": REGION}
        publisher = make_publisher("eventbridge", config, name="e", ack_wait=5, in_flight_limit=100)

        check = publisher.check()

        publisher.close()
        assert check.code == "no_bus"
