"""The publisher kind `nats`: pipelined publishes to JetStream, acknowledgements counted on an inbox of its own."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from routing.publishers.nats.batch import Batch
from routing.publishers.nats.config import NatsConfig
from routing.publishers.nats.loop import background_loop
from routing.publishers.nats.sender import Sender
from routing.publishers.port import Check, Flight, Message, ignore

T = TypeVar("T")

CHECK_SECONDS = 10.0
CLOSE_SECONDS = 3.0


class NatsPublisher:
    """The port's side, called from the sender's thread: hands everything over to the background loop."""

    def __init__(self, config: NatsConfig, *, name: str, ack_wait: float, in_flight_limit: int) -> None:
        self.name = name
        self._loop = background_loop()
        self._sender = Sender(config, ack_wait, in_flight_limit)

    def send(self, messages: Sequence[Message], wake: Callable[[], None] = ignore) -> Flight:
        flight = Flight(len(messages), wake)
        if messages:
            self._loop.call_soon_threadsafe(self._sender.accept, Batch(flight, messages))
        return flight

    def check(self) -> Check:
        try:
            return self._run(self._sender.check(), CHECK_SECONDS)
        except TimeoutError:
            return Check(False, "no_answer", "the server did not answer in time")

    def close(self) -> None:
        with suppress(TimeoutError):
            self._run(self._sender.close(), CLOSE_SECONDS)

    def _run(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(seconds)
        except TimeoutError:
            future.cancel()
            raise
