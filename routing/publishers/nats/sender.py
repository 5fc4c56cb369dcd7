"""Batches go out one after the other over a connection that is remade when needed; what is lost is answered.

Lives in the background loop's thread and is used there only.
"""

import asyncio
import re
from collections import deque
from collections.abc import Coroutine
from typing import Any

from routing.publishers.nats.answers import refusal
from routing.publishers.nats.batch import LOST, NO_ANSWER, NOT_SENT, Batch
from routing.publishers.nats.binding import binary, structured, wire_size
from routing.publishers.nats.config import NatsConfig
from routing.publishers.nats.connection import CONNECT_ERRORS, WRITE_ERRORS, Connection, connect, explain
from routing.publishers.nats.stream import Answer, verify
from routing.publishers.nats.subject import MAX_SUBJECT_BYTES, covered
from routing.publishers.nats.window import Window
from routing.publishers.port import Check, Failure, Message, Outcome

CLOSED = Failure(Outcome.UNREACHABLE, "closed", "the publisher is closed")
NOT_ENCODABLE = Failure(Outcome.PERMANENT, "not_encodable", "an attribute has no form in a NATS header or subject")
SUBJECT_TOO_LONG = Failure(Outcome.PERMANENT, "subject_too_long", f"the subject has over {MAX_SUBJECT_BYTES} bytes")
NOT_IN_STREAM = Failure(Outcome.RETRYABLE, "subject_not_in_stream", "the stream does not capture the event's subject")
FORBIDDEN = Failure(Outcome.RETRYABLE, "subject_forbidden", "the credentials do not permit the event's subject")
NO_RESPONDERS = Failure(Outcome.UNREACHABLE, "no_responders", "nobody answers for the stream now")

# nats-py puts the server's complaints into lower case.
FORBIDDEN_SUBJECT = re.compile(r'permissions violation for publish to "(.+)"')
STREAM_INFO_SECONDS = 1.0
"""For how long an answer about the stream is believed when messages find no responder."""

UNKNOWN: Answer = {"error": {"description": "the connection was lost"}}

Wire = tuple[str, bytes, dict[str, str]]


class Link:
    """A connection with the messages that wait for answers on it."""

    def __init__(self, connection: Connection, window: Window) -> None:
        self.connection = connection
        self.window = window


class Sender:
    """Answers every batch it accepts within `ack_wait` seconds."""

    def __init__(self, config: NatsConfig, ack_wait: float, in_flight_limit: int) -> None:
        self._config = config
        self._ack_wait = ack_wait
        self._limit = in_flight_limit
        self._encode = structured if config.structured else binary
        self._subject_of = config.template.subject_of
        self._link: Link | None = None
        self._connecting = asyncio.Lock()
        self._line: deque[Batch] = deque()
        self._current: Batch | None = None
        self._unexplained: list[tuple[Batch, int]] = []
        self._info: tuple[float, Answer] = (float("-inf"), {})
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def accept(self, batch: Batch) -> None:
        if self._closed:
            batch.end(CLOSED, CLOSED)
            return
        batch.timer = asyncio.get_running_loop().call_later(self._ack_wait / 2, self._remind, batch)
        self._line.append(batch)
        if len(self._line) == 1 and self._current is None:
            self._spawn(self._write_line())

    async def check(self) -> Check:
        link = await self._linked()
        if isinstance(link, Failure):
            return Check(False, link.code, link.message)
        try:
            return await verify(link.connection.ask, self._config)
        except WRITE_ERRORS as error:
            failure = explain(error)
            return Check(False, failure.code, failure.message)

    async def close(self) -> None:
        self._closed = True
        while self._line:
            self._line.popleft().end(CLOSED, CLOSED)
        link = self._link
        self._lose()
        if link is not None:
            await link.connection.closed()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Writing

    async def _write_line(self) -> None:
        try:
            while self._line:
                self._current = self._line.popleft()
                await self._write(self._current)
        finally:
            self._current = None

    async def _write(self, batch: Batch) -> None:
        link = await self._linked()
        if isinstance(link, Failure):
            batch.end(link, link)
            return
        if batch.over:
            return
        try:
            await self._publish(link, batch)
        except WRITE_ERRORS:
            self._lose()
            batch.end(LOST, NOT_SENT)

    async def _publish(self, link: Link, batch: Batch) -> None:
        connection, window = link.connection, link.window
        publish, expect, encode = connection.publish, window.expect, self._wire
        for position, message in enumerate(batch.messages):
            wire = encode(message, connection.max_payload)
            if isinstance(wire, Failure):
                batch.answer(position, wire)
                continue
            while window.full and not batch.over:
                await window.room()
            if batch.over:
                return
            if self._link is not link:
                raise ConnectionResetError
            subject, payload, headers = wire
            batch.written = position + 1
            await publish(subject, payload, expect(batch, position), headers)

    def _wire(self, message: Message, max_payload: int) -> Wire | Failure:
        try:
            headers, payload = self._encode(message.dedup_id, message.event)
            subject = self._subject_of(message.event)
        except ValueError:
            return NOT_ENCODABLE
        if len(subject) > MAX_SUBJECT_BYTES:
            return SUBJECT_TOO_LONG
        if wire_size(headers, payload) > max_payload:
            return Failure(Outcome.PERMANENT, "too_large", f"over the server's limit of {max_payload} bytes")
        return subject, payload, headers

    # Connecting and losing

    async def _linked(self) -> Link | Failure:
        async with self._connecting:
            if self._link is not None and self._link.connection.lost:
                self._lose()
            if self._closed:
                return CLOSED
            if self._link is None:
                try:
                    self._link = await self._connect()
                except CONNECT_ERRORS as error:
                    return explain(error)
            return self._link

    async def _connect(self) -> Link:
        connection = await connect(self._config, self._notice_loss, self._complained)
        window = Window(connection.inbox, self._limit, self._no_responders)
        try:
            await connection.listen(window.take)
        except CONNECT_ERRORS:
            connection.discard()
            raise
        return Link(connection, window)

    def _notice_loss(self) -> None:
        if self._link is not None and self._link.connection.lost:
            self._lose()

    def _lose(self) -> None:
        """Give up the connection: what was written on it is ambiguous, the rest of those batches was never sent."""
        link, self._link = self._link, None
        if link is None:
            return
        link.connection.discard()
        for batch in link.window.batches():
            batch.end(LOST, NOT_SENT)
            link.window.forget(batch)

    def _complained(self, complaint: str) -> None:
        """The server refuses a publish by permission without an answer on the inbox."""
        found = FORBIDDEN_SUBJECT.search(complaint)
        if found is None or self._link is None:
            return
        for batch in self._link.window.batches():
            for position in batch.unanswered():
                if self._subject_of(batch.messages[position].event).lower() == found[1]:
                    batch.answer(position, FORBIDDEN)

    # Silence

    def _remind(self, batch: Batch) -> None:
        """Half of the time is over: find out whether JetStream answers at all."""
        batch.timer = asyncio.get_running_loop().call_later(self._ack_wait / 2, self._expire, batch)
        if batch.written and self._link is not None:
            self._spawn(self._probe(self._link, batch))

    async def _probe(self, link: Link, batch: Batch) -> None:
        unanswered = [position for position in batch.unanswered() if position < batch.written]
        info = await self._ask_for_stream(link)
        batch.probed = "error" not in info
        for position in unanswered:
            if batch.probed and not self._captured(info, batch.messages[position]):
                batch.answer(position, NOT_IN_STREAM)

    def _expire(self, batch: Batch) -> None:
        if batch.written and not batch.probed:
            self._lose()
        batch.end(NO_ANSWER, NOT_SENT)
        if batch in self._line:
            self._line.remove(batch)
        if self._link is not None:
            self._link.window.forget(batch)

    # No responders: no stream, no JetStream, or a subject that no stream captures

    def _no_responders(self, batch: Batch, position: int) -> None:
        self._unexplained.append((batch, position))
        if len(self._unexplained) == 1:
            self._spawn(self._explain())

    async def _explain(self) -> None:
        info = await self._stream_info()
        unexplained, self._unexplained = self._unexplained, []
        for batch, position in unexplained:
            batch.answer(position, self._explanation(info, batch.messages[position]))

    def _explanation(self, info: Answer, message: Message) -> Failure:
        if info is UNKNOWN:
            return NO_RESPONDERS
        if "error" in info:
            failure = refusal(info["error"])
            return Failure(Outcome.UNREACHABLE, failure.code, failure.message)
        return NO_RESPONDERS if self._captured(info, message) else NOT_IN_STREAM

    def _captured(self, info: Answer, message: Message) -> bool:
        return covered(info["config"].get("subjects", ()), self._subject_of(message.event))

    async def _stream_info(self) -> Answer:
        """About the stream, from memory if it is fresh."""
        now = asyncio.get_running_loop().time()
        asked_at, info = self._info
        if now - asked_at < STREAM_INFO_SECONDS:
            return info
        if self._link is None:
            return UNKNOWN
        info = await self._ask_for_stream(self._link)
        self._info = (now, info)
        return info

    async def _ask_for_stream(self, link: Link) -> Answer:
        try:
            return await link.connection.ask(f"STREAM.INFO.{self._config.stream}", None)
        except WRITE_ERRORS:
            return UNKNOWN
