"""The messages of one connection that wait for an answer, found again by the token in the subject of the answer."""

import asyncio
import itertools
from collections.abc import Callable

from routing.publishers.nats.answers import parse_ack
from routing.publishers.nats.batch import Batch

NoResponders = Callable[[Batch, int], None]


class Window:
    """At most `limit` messages wait at once; used in the loop's thread only."""

    def __init__(self, inbox: str, limit: int, no_responders: NoResponders) -> None:
        self._inbox = inbox
        self._prefix = len(inbox)
        self._limit = limit
        self._no_responders = no_responders
        self._tokens = itertools.count(1)
        self._waiting: dict[int, tuple[Batch, int]] = {}
        self._freed = asyncio.Event()

    def expect(self, batch: Batch, position: int) -> str:
        """The subject on which to ask for the answer."""
        token = next(self._tokens)
        self._waiting[token] = (batch, position)
        return f"{self._inbox}{token}"

    def take(self, subject: str, payload: bytes, no_responders: bool) -> None:
        """An answer came in. Called in the reader's own step: must not raise, must not wait."""
        place = self._waiting.pop(int(subject[self._prefix :]), None)
        if place is None:
            return
        self._freed.set()
        batch, position = place
        if no_responders:
            self._no_responders(batch, position)
        else:
            batch.answer(position, parse_ack(payload))

    @property
    def full(self) -> bool:
        return len(self._waiting) >= self._limit

    async def room(self) -> None:
        """Wait for an answer, or for `forget`."""
        self._freed.clear()
        await self._freed.wait()

    def forget(self, batch: Batch) -> None:
        """Its answers are not waited for any more."""
        self._waiting = {token: place for token, place in self._waiting.items() if place[0] is not batch}
        self._freed.set()

    def batches(self) -> set[Batch]:
        return {batch for batch, _ in self._waiting.values()}
