"""The publisher kind `memory`: streams in this process, deduplicating like JetStream, misbehaving on demand.

Streams are found by name (`stream("events")`), so a test sees what a consumer would see, and through the stream's
`script` decides how the platform behaves. Answers come from a thread of their own, as with the real ones.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from routing.publishers.agenda import Agenda
from routing.publishers.config import Fields, Range
from routing.publishers.port import CONNECTION_LOST, Check, Failure, Flight, Message, Outcome, Receipt, Result, ignore

NO_ANSWER = Failure(Outcome.AMBIGUOUS, "no_answer", "the platform answers, but not to this event")
SILENT = Failure(Outcome.AMBIGUOUS, CONNECTION_LOST, "the platform answers nothing")
CLOSED = Failure(Outcome.UNREACHABLE, "closed", "the publisher is closed")
CUT_OFF = Failure(Outcome.AMBIGUOUS, CONNECTION_LOST, "the publisher was closed before the answer came")


@dataclass(frozen=True, slots=True)
class MemoryConfig:
    stream: str = "events"
    max_message_bytes: int = 1_048_576
    dedup_window_seconds: float = 900.0


def parse_config(config: Mapping[str, object]) -> MemoryConfig:
    fields = Fields(config)
    parsed = MemoryConfig(
        stream=fields.text("stream", "events"),
        max_message_bytes=fields.whole("max_message_bytes", 1_048_576, Range(1, 2**31)),
        dedup_window_seconds=fields.seconds("dedup_window_seconds", 900.0, Range(0, 86_400)),
    )
    fields.finish()
    return parsed


@dataclass(slots=True)
class Script:
    """How a stream behaves. Change it at any time; it counts for what is sent from then on.

    `down` refuses everything, `fail` single messages before they are stored; `mute` stores a message and loses its
    answer, `swallow` loses the message itself; `delay_seconds` stores at once and answers late.
    """

    down: Failure | None = None
    delay_seconds: float = 0.0
    fail: Callable[[Message], Failure | None] = field(default=lambda message: None)
    mute: Callable[[Message], bool] = field(default=lambda message: False)
    swallow: Callable[[Message], bool] = field(default=lambda message: False)


class MemoryStream:
    """What arrived, in order; `sends` counts the batches, `tries` every message that reached it, repeats included."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.script = Script()
        self.exists = True
        self.messages: list[Message] = []
        self.tries: list[Message] = []
        self.sends = 0
        self._seen: dict[str, tuple[float, int]] = {}
        self._lock = threading.Lock()
        self._flowing = threading.Event()
        self._flowing.set()

    def hold(self) -> None:
        """From now on nothing is taken or answered until `release`: a platform that hangs."""
        self._flowing.clear()

    def release(self) -> None:
        self._flowing.set()

    def flows_within(self, seconds: float) -> bool:
        return self._flowing.wait(seconds)

    def store(self, message: Message, window: float) -> Receipt:
        with self._lock:
            now = time.monotonic()
            stored_at, sequence = self._seen.get(message.dedup_id, (0.0, 0))
            duplicate = sequence > 0 and now - stored_at < window
            self.tries.append(message)
            if not duplicate:
                self.messages.append(message)
                sequence = len(self.messages)
                self._seen[message.dedup_id] = (now, sequence)
            return Receipt(f"{self.name}:{sequence}", duplicate)


_streams: dict[str, MemoryStream] = {}
_streams_lock = threading.Lock()


def stream(name: str = "events") -> MemoryStream:
    """The stream of that name, made when first asked for."""
    with _streams_lock:
        return _streams.setdefault(name, MemoryStream(name))


def forget_streams() -> None:
    """Begin anew: the next `stream(name)` is empty and well-behaved."""
    with _streams_lock:
        for known in _streams.values():
            known.release()
        _streams.clear()


def data_size(message: Message) -> int:
    data = message.event.data
    return 0 if data is None else len(data.encode() if isinstance(data, str) else data)


class MemoryPublisher:
    """A connection to one memory stream."""

    def __init__(self, config: MemoryConfig, *, name: str, ack_wait: float, in_flight_limit: int) -> None:
        self._config = config
        self._ack_wait = ack_wait
        self._deliveries = Agenda(f"memory-{name}")
        self._deadlines = Agenda(f"memory-{name}-deadlines")
        self._flights: set[Flight] = set()
        self._lock = threading.RLock()
        self._closed = False

    def send(self, messages: Sequence[Message], wake: Callable[[], None] = ignore) -> Flight:
        flight = Flight(len(messages), wake)
        target = stream(self._config.stream)
        with self._lock:
            if self._closed:
                flight.answer_rest(CLOSED)
                return flight
            self._flights.add(flight)
        target.sends += 1
        self._deadlines.after(self._ack_wait, lambda: self._expire(target, flight))
        self._deliveries.after(0, lambda: self._deliver(target, messages, flight))
        return flight

    def check(self) -> Check:
        target = stream(self._config.stream)
        if target.script.down is not None:
            return Check(False, target.script.down.code, target.script.down.message)
        if not target.exists:
            return Check(False, "no_stream", f"there is no stream {target.name}")
        return Check(True)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            flights = list(self._flights)
        for flight in flights:
            self._end(flight, CUT_OFF)
        self._deadlines.close()
        self._deliveries.close()

    def _deliver(self, target: MemoryStream, messages: Sequence[Message], flight: Flight) -> None:
        while flight in self._flights and not target.flows_within(0.02):
            pass
        for position, message in enumerate(messages):
            with self._lock:
                if flight not in self._flights:
                    return
                result = self._hand_over(target, message)
                if result is not None and not target.script.delay_seconds:
                    self._answer(flight, position, result)
            if result is not None and target.script.delay_seconds:
                self._answer_late(target.script.delay_seconds, flight, position, result)

    def _answer_late(self, seconds: float, flight: Flight, position: int, result: Result) -> None:
        self._deadlines.after(seconds, lambda: self._answer(flight, position, result))

    def _hand_over(self, target: MemoryStream, message: Message) -> Result | None:
        """What the platform answers to one message; None is silence."""
        script = target.script
        if data_size(message) > self._config.max_message_bytes:
            return Failure(Outcome.PERMANENT, "too_large", f"over {self._config.max_message_bytes} bytes")
        if script.down is not None:
            return script.down
        if not target.exists:
            return Failure(Outcome.UNREACHABLE, "no_stream", f"there is no stream {target.name}")
        refusal = script.fail(message)
        if refusal is not None or script.swallow(message):
            return refusal
        receipt = target.store(message, self._config.dedup_window_seconds)
        return None if script.mute(message) else receipt

    def _answer(self, flight: Flight, position: int, result: Result) -> None:
        with self._lock:
            flight.answer(position, result)
            if not flight.unanswered:
                self._flights.discard(flight)

    def _expire(self, target: MemoryStream, flight: Flight) -> None:
        self._end(flight, NO_ANSWER if target.flows_within(0) else SILENT)

    def _end(self, flight: Flight, result: Failure) -> None:
        with self._lock:
            self._flights.discard(flight)
            flight.answer_rest(result)
