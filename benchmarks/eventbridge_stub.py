"""A stand-in for EventBridge's API that misbehaves on demand: PutEvents, DescribeEventBus, and a control endpoint.

    python -m benchmarks.eventbridge_stub --port 4777 --bus events

In a test: `with EventBridgeStub("events") as stub: ... stub.behaviour.throttle = True ... stub.accepted`. From another
process: `POST /control` with a JSON object of `Behaviour` fields, `GET /accepted` for the entries, `POST /reset`. What
it accepted is kept in memory.
"""

import argparse
import asyncio
import itertools
import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any, Self

import orjson

LOOPBACK = "127.0.0.1"
OPERATIONS = {"awsevents.putevents": "PutEvents", "awsevents.describeeventbus": "DescribeEventBus"}
HEAD_END = b"\r\n\r\n"

Answer = tuple[int, dict[str, Any]]


@dataclass(slots=True)
class Behaviour:
    """`fail` gives entries whose Detail contains the key the code beside it; `fail_every` every n-th `fail_code`.

    `hang` takes nothing and answers nothing; `mute` takes the entries and closes the connection without an answer.
    `refuse` answers whole calls with that code and `status`. `spoil` refuses any call that has an entry whose Detail
    contains it, as AWS does with a request it cannot read.
    """

    throttle: bool = False
    refuse: str = ""
    status: int = 400
    hang: bool = False
    mute: bool = False
    delay_seconds: float = 0.0
    fail_every: int = 0
    fail_code: str = "InternalFailure"
    fail: dict[str, str] = field(default_factory=dict)
    spoil: str = ""


class Bus:
    """What the API knows, apart from HTTP. A bus not in `buses` answers success and drops the event, as AWS does."""

    def __init__(self, buses: set[str]) -> None:
        self.buses = buses
        self.behaviour = Behaviour()
        self.accepted: list[dict[str, Any]] = []
        self.moments: list[float] = []
        self.calls: list[int] = []
        self.connections: set[Any] = set()
        self._numbers = itertools.count(1)

    def reset(self) -> None:
        self.behaviour = Behaviour()
        self.accepted.clear()
        self.moments.clear()
        self.calls.clear()

    def answer(self, operation: str, request: dict[str, Any]) -> Answer:
        behaviour = self.behaviour
        if behaviour.throttle:
            return error(400, "ThrottlingException")
        if behaviour.refuse:
            return error(behaviour.status, behaviour.refuse)
        if operation == "DescribeEventBus":
            return self._describe(request.get("Name", "default"))
        if operation == "PutEvents":
            return self._put(request.get("Entries", []))
        return error(400, "UnknownOperationException")

    def _describe(self, name: str) -> Answer:
        if name not in self.buses:
            return error(400, "ResourceNotFoundException")
        return 200, {"Name": name, "Arn": f"arn:aws:events:us-east-1:000000000000:event-bus/{name}"}

    def _put(self, entries: list[dict[str, Any]]) -> Answer:
        spoil = self.behaviour.spoil
        if not 1 <= len(entries) <= 10 or (spoil and any(spoil in entry["Detail"] for entry in entries)):
            return error(400, "ValidationException")
        self.calls.append(len(entries))
        results = [self._take(entry) for entry in entries]
        return 200, {"FailedEntryCount": sum("ErrorCode" in result for result in results), "Entries": results}

    def _take(self, entry: dict[str, Any]) -> dict[str, str]:
        number = next(self._numbers)
        code = self._failure(number, entry["Detail"])
        if code:
            return {"ErrorCode": code, "ErrorMessage": "as told"}
        if entry.get("EventBusName", "default") in self.buses:
            self.accepted.append(entry)
            self.moments.append(time.time())
        return {"EventId": f"stub-{number}"}

    def _failure(self, number: int, detail: str) -> str:
        behaviour = self.behaviour
        if behaviour.fail_every and number % behaviour.fail_every == 0:
            return behaviour.fail_code
        return next((code for text, code in behaviour.fail.items() if text in detail), "")


def error(status: int, code: str) -> Answer:
    return status, {"__type": code, "message": "as told"}


class HttpConnection(asyncio.Protocol):
    """Just enough HTTP/1.1: one request after the other, with Content-Length."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.received = b""
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.bus.connections.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.bus.connections.discard(self.transport)

    def data_received(self, data: bytes) -> None:
        self.received += data
        while (end := self.received.find(HEAD_END)) >= 0:
            head = self.received[:end].decode("latin-1")
            start = end + len(HEAD_END)
            headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:])
            length = int(headers.get("content-length", 0))
            if headers.get("expect") == "100-continue":
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            if len(self.received) - start < length:
                return
            body, self.received = self.received[start : start + length], self.received[start + length :]
            self._serve(head.split(" ", 2)[1], headers.get("x-amz-target", ""), body)

    def _serve(self, path: str, target: str, body: bytes) -> None:
        if path != "/":
            self._reply(*self._control(path, body))
            return
        operation = OPERATIONS.get(target, "")
        behaviour = self.bus.behaviour
        if behaviour.hang:
            return
        answer = self.bus.answer(operation, orjson.loads(body))
        if behaviour.mute:
            self.transport.close()
        elif behaviour.delay_seconds:
            asyncio.get_running_loop().call_later(behaviour.delay_seconds, self._reply, *answer)
        else:
            self._reply(*answer)

    def _control(self, path: str, body: bytes) -> tuple[int, Any]:
        if path == "/accepted":
            return 200, self.bus.accepted
        if path == "/reset":
            self.bus.reset()
        elif path == "/control":
            self.bus.behaviour = replace(self.bus.behaviour, **orjson.loads(body))
        return 200, {}

    def _reply(self, status: int, answer: Any) -> None:
        if self.transport.is_closing():
            return
        body = orjson.dumps(answer)
        head = f"HTTP/1.1 {status} x\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {len(body)}\r\n\r\n"
        self.transport.write(head.encode() + body)


async def serve(bus: Bus, port: int) -> asyncio.Server:
    return await asyncio.get_running_loop().create_server(lambda: HttpConnection(bus), LOOPBACK, port)


class EventBridgeStub:
    """The stand-in in a thread of this process."""

    def __init__(self, *buses: str, port: int = 0) -> None:
        self._bus = Bus(set(buses) or {"events"})
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="eventbridge-stub", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.come_up()
        return self

    def __exit__(self, *exception: object) -> None:
        self.go_down()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def come_up(self) -> None:
        """Listen, on the same port as before; what was accepted is still there."""
        self._server = asyncio.run_coroutine_threadsafe(serve(self._bus, self._port), self._loop).result()
        self._port = self._server.sockets[0].getsockname()[1]

    def go_down(self) -> None:
        """Refuse connections and break those that are open."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()

    async def _close(self) -> None:
        for listening in self._server.sockets:
            self._loop.remove_reader(listening.fileno())
        # Connections just accepted are still being set up by tasks of their own, and these need a server that is open.
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
        self._server.close()
        while self._bus.connections:
            for transport in list(self._bus.connections):
                transport.abort()
            await asyncio.sleep(0)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._port}"

    @property
    def buses(self) -> set[str]:
        return self._bus.buses

    @property
    def behaviour(self) -> Behaviour:
        return self._bus.behaviour

    @property
    def accepted(self) -> list[dict[str, Any]]:
        """The entries that are on a bus, as they were sent."""
        return self._bus.accepted

    @property
    def moments(self) -> list[float]:
        """When each of them was taken (seconds since the epoch)."""
        return self._bus.moments

    @property
    def calls(self) -> list[int]:
        """How many entries each call had that was not refused as a whole."""
        return self._bus.calls


async def main() -> None:
    parser = argparse.ArgumentParser(description="A stand-in for EventBridge.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--bus", action="append", default=[])
    options = parser.parse_args()
    server = await serve(Bus(set(options.bus) or {"events"}), options.port)
    print(f"http://{LOOPBACK}:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
