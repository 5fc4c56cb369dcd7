"""The publisher kind `eventbridge`: calls of PutEvents, several in flight.

Order is kept within a call. Calls of one `send` overtake each other, so a sender that needs order per partition key
has at most one message of a key unanswered; the relay does.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from routing.publishers.agenda import Agenda
from routing.publishers.eventbridge.client import ERRORS, EventBridge, explain
from routing.publishers.eventbridge.config import EventBridgeConfig
from routing.publishers.eventbridge.entry import MAX_ENTRIES, Entry, NotMappableError, calls, entry_of
from routing.publishers.eventbridge.verdict import CONTENT_REFUSED
from routing.publishers.port import CONNECTION_LOST, Check, Failure, Flight, Message, Outcome, Result, ignore

Call = list[tuple[int, Entry]]

CLOSED = Failure(Outcome.UNREACHABLE, "closed", "the publisher is closed")
UNCHECKED = Failure(Outcome.UNREACHABLE, "unchecked", "the bus has not been checked yet; one that is missing drops all")
NOT_SENT = Failure(Outcome.UNREACHABLE, "not_sent", "no call was free for it in time; not sent")
CUT_OFF = Failure(Outcome.AMBIGUOUS, CONNECTION_LOST, "the publisher was closed before the answer came")
SILENT = Failure(Outcome.AMBIGUOUS, CONNECTION_LOST, "EventBridge answers nothing")
NO_ANSWER = Failure(Outcome.AMBIGUOUS, "no_answer", "EventBridge answers, but not to this call")
CHECK_SECONDS = 3.0


class Journey:
    """One `send` under way; `started` holds the positions that may be on the wire."""

    __slots__ = ("deadline", "flight", "over", "started")

    def __init__(self, flight: Flight, deadline: float) -> None:
        self.flight = flight
        self.deadline = deadline
        self.started: set[int] = set()
        self.over = False

    def end(self, started: Failure, waiting: Failure) -> None:
        self.over = True
        for position, result in enumerate(self.flight.results):
            if result is None:
                self.flight.answer(position, started if position in self.started else waiting)


class EventBridgePublisher:
    """Sends only once a check has found the bus: one that does not exist answers success and drops the event."""

    def __init__(self, config: EventBridgeConfig, *, name: str, ack_wait: float, in_flight_limit: int) -> None:
        self._config = config
        self._ack_wait = ack_wait
        # A connection made at the last moment would carry a message after its answer was given.
        self._latest_start = min(config.connect_timeout, ack_wait / 2)
        self._per_call = min(MAX_ENTRIES, in_flight_limit)
        workers = max(1, min(config.concurrency, in_flight_limit // MAX_ENTRIES))
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix=f"eventbridge-{name}")
        self._deadlines = Agenda(f"eventbridge-{name}-deadlines")
        self._lock = threading.RLock()
        self._journeys: set[Journey] = set()
        self._clients: dict[float, EventBridge] = {}
        self._refusal: Failure | None = UNCHECKED
        self._answered_at = 0.0

    def send(self, messages: Sequence[Message], wake: Callable[[], None] = ignore) -> Flight:
        flight = Flight(len(messages), wake)
        with self._lock:
            if self._refusal is not None:
                flight.answer_rest(self._refusal)
                return flight
            journey = Journey(flight, time.monotonic() + self._ack_wait)
            self._journeys.add(journey)
            self._deadlines.after(self._ack_wait, lambda: self._expire(journey))
            for call in calls(self._entries(journey, messages), self._config.max_entry_bytes, self._per_call):
                self._pool.submit(self._carry, journey, call)
        return flight

    def check(self) -> Check:
        """Opens the way for `send`. A bus known to be there stays open while AWS cannot be asked."""
        try:
            self._client(min(CHECK_SECONDS, self._ack_wait)).describe()
        except ERRORS as error:
            failure = explain(error)
            self._note(failure, shut=self._refusal is not None)
            return Check(False, failure.code, f"{failure.message}; bus {self._config.bus}")
        with self._lock:
            if self._refusal is not CLOSED:
                self._refusal = None
        return Check(True)

    def close(self) -> None:
        with self._lock:
            self._refusal = CLOSED
            self._pool.shutdown(wait=False, cancel_futures=True)
            for journey in self._journeys:
                journey.end(CUT_OFF, CLOSED)
            self._journeys.clear()
            for client in self._clients.values():
                client.close()
        self._deadlines.close()

    def _entries(self, journey: Journey, messages: Sequence[Message]) -> Iterator[tuple[int, Entry]]:
        """Those that can be sent; the others are answered on the way."""
        limit = self._config.max_entry_bytes
        for position, message in enumerate(messages):
            try:
                entry = entry_of(message.dedup_id, message.event)
            except ValueError as error:
                why = str(error) if isinstance(error, NotMappableError) else "an attribute has no form in an entry"
                self._answer(journey, position, Failure(Outcome.PERMANENT, "not_mappable", why))
                continue
            if entry.size > limit:
                failure = Failure(Outcome.PERMANENT, "too_large", f"{entry.size} bytes, over the limit of {limit}")
                self._answer(journey, position, failure)
                continue
            yield position, entry

    def _carry(self, journey: Journey, call: Call) -> None:
        """In a thread of the pool: one call and its answers."""
        with self._lock:
            if not self._may_start(journey):
                return
            journey.started.update(position for position, _ in call)
        results = self._put(journey, [entry for _, entry in call])
        with self._lock:
            for (position, _), result in zip(call, results, strict=True):
                self._answer(journey, position, result)

    def _may_start(self, journey: Journey) -> bool:
        return not journey.over and time.monotonic() <= journey.deadline - self._latest_start

    def _put_alone(self, journey: Journey, entry: Entry) -> Result:
        return self._put(journey, [entry])[0] if self._may_start(journey) else NOT_SENT

    def _put(self, journey: Journey, entries: Sequence[Entry]) -> list[Result]:
        started = time.monotonic()
        try:
            results = self._client(self._ack_wait).put(entries)
        except ERRORS as error:
            failure = explain(error)
        else:
            self._answered_at = time.monotonic()
            return results
        if failure is CONTENT_REFUSED and len(entries) > 1:
            # Refused as a whole, nothing of it was taken: one by one shows which entry spoils it for the others.
            return [self._put_alone(journey, entry) for entry in entries]
        self._note(failure)
        if failure.code == "no_answer" and self._answered_at < started:
            failure = SILENT
        return [failure] * len(entries)

    def _client(self, read_timeout: float) -> EventBridge:
        with self._lock:
            if read_timeout not in self._clients:
                self._clients[read_timeout] = EventBridge(self._config, read_timeout)
            return self._clients[read_timeout]

    def _note(self, failure: Failure, *, shut: bool = False) -> None:
        """A missing bus, or a check that never succeeded, shuts the way; refused credentials are read anew."""
        with self._lock:
            if failure.code == "credentials_refused":
                self._clients.clear()
            if (shut or failure.code == "no_bus") and self._refusal is not CLOSED:
                self._refusal = Failure(Outcome.UNREACHABLE, failure.code, failure.message)

    def _answer(self, journey: Journey, position: int, result: Result) -> None:
        journey.flight.answer(position, result)
        if not journey.flight.unanswered:
            journey.over = True
            self._journeys.discard(journey)

    def _expire(self, journey: Journey) -> None:
        with self._lock:
            answers_others = self._answered_at > journey.deadline - self._ack_wait / 2
            self._journeys.discard(journey)
            journey.end(NO_ANSWER if answers_others else SILENT, NOT_SENT)
