"""The harness counts what really arrived, on a real nats-server, and notices what did not."""

import asyncio
import os
import time

import nats
import pytest

from benchmarks import cpu, stream
from benchmarks.backlog import check_stream, out_of_order
from benchmarks.errors import WrongCountError
from benchmarks.gather import measure, wire
from benchmarks.sample import events
from benchmarks.stream import Stored
from controlplane.embedded.nats import NatsServer


async def put(url: str, tag: str, count: int, keys: int = 0) -> None:
    client = await nats.connect(url)
    for event in events(tag, count, keys):
        _, payload, headers = wire(event)
        await client.jetstream().publish(f"events.{event.type}", payload, headers=headers)
    await client.close()


def test_it_reads_back_every_message_with_the_time_at_which_it_was_stored(nats_server: NatsServer) -> None:
    stream.empty(nats_server.url)
    before = time.time_ns()

    asyncio.run(put(nats_server.url, "run", 30, keys=3))

    stored = stream.contents(nats_server.url)
    assert [each.event_id for each in stored] == [event.id for event in events("run", 30)]
    assert {each.partitionkey for each in stored} == {"object-0", "object-1", "object-2"}
    assert before <= min(each.at for each in stored) <= max(each.at for each in stored) <= time.time_ns()


def test_it_accepts_a_stream_that_holds_each_event_once(nats_server: NatsServer) -> None:
    stream.empty(nats_server.url)

    asyncio.run(put(nats_server.url, "run", 20, keys=5))

    check_stream(nats_server.url, "run", 20, 5)


@pytest.mark.parametrize(("tag", "count"), [("run", 19), ("run", 21), ("other", 20)])
def test_it_refuses_a_stream_that_holds_too_few_too_many_or_others(
    nats_server: NatsServer, tag: str, count: int
) -> None:
    stream.empty(nats_server.url)

    asyncio.run(put(nats_server.url, tag, count))

    with pytest.raises(WrongCountError):
        check_stream(nats_server.url, "run", 20, 0)


def test_an_emptied_stream_takes_the_same_ids_again(nats_server: NatsServer) -> None:
    for _ in range(2):
        stream.empty(nats_server.url)
        asyncio.run(put(nats_server.url, "run", 5))

        assert len(stream.contents(nats_server.url)) == 5


def test_it_counts_events_that_come_after_a_later_one_of_their_key() -> None:
    numbers = [("a", 1), ("b", 2), ("a", 0), ("b", 3), (None, 9), (None, 4)]

    stored = [Stored(f"run-{number:08d}", key, 0) for key, number in numbers]

    assert out_of_order(stored) == 1


def test_the_ceiling_measures_wall_and_processor_time(nats_server: NatsServer) -> None:
    taken, used = asyncio.run(measure(nats_server.url, 1_000))

    assert 0 < used <= taken * 4


@pytest.mark.skipif(not cpu.PROC.is_dir(), reason="reads /proc")
def test_it_sees_the_processor_time_that_this_process_uses() -> None:
    before, started = cpu.seconds([os.getpid()]), time.process_time()

    while time.process_time() < started + 0.2:
        sum(range(10_000))

    assert cpu.seconds([os.getpid()]) - before >= 0.15
