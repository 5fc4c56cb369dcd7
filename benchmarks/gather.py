"""The ceiling: nats-py's own `gather` of 500 publishes at a time, in a process that does nothing else.

    python -m benchmarks.gather nats://127.0.0.1:4222 50000

Same payload, same headers, same kind of stream as the relay's, all made before the clock starts. Prints
the seconds it took and those its process was on a processor.
"""

import asyncio
import sys
import time
from collections.abc import Sequence

import nats
from nats.js.client import JetStreamContext

from benchmarks.sample import events
from benchmarks.stream import fresh_stream
from events.envelope.event import CloudEvent
from events.envelope.serialise import attribute_headers, payload

AT_A_TIME = 500
WARM_UP = 2_000
STREAM = "CEILING"

Wire = tuple[str, bytes, dict[str, str]]


def wire(event: CloudEvent) -> Wire:
    """What the relay sends for this event, in the form nats-py takes."""
    headers = {"Nats-Msg-Id": event.id, **attribute_headers(event), "ce-datacontenttype": "application/json"}
    return f"ceiling.{event.type}", payload(event), headers


async def publish(jetstream: JetStreamContext, messages: Sequence[Wire]) -> tuple[float, float]:
    started, used = time.perf_counter(), time.process_time()
    for first in range(0, len(messages), AT_A_TIME):
        await asyncio.gather(
            *[
                jetstream.publish(subject, body, headers=headers)
                for subject, body, headers in messages[first : first + AT_A_TIME]
            ]
        )
    return time.perf_counter() - started, time.process_time() - used


async def measure(url: str, count: int) -> tuple[float, float]:
    client = await nats.connect(url, allow_reconnect=False)
    jetstream = client.jetstream()
    await fresh_stream(client, STREAM, ["ceiling.>"])
    await publish(jetstream, [wire(event) for event in events("warm-up", WARM_UP)])
    taken = await publish(jetstream, [wire(event) for event in events("ceiling", count)])
    held = (await jetstream.stream_info(STREAM)).state.messages
    await jetstream.delete_stream(STREAM)
    await client.close()
    if held != count + WARM_UP:
        sys.exit(f"the stream holds {held} messages, {count + WARM_UP} were published")
    return taken


if __name__ == "__main__":
    print(*asyncio.run(measure(sys.argv[1], int(sys.argv[2]))))
