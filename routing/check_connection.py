"""The act "test connection": does what a destination's config names answer? Nothing is sent, made or changed there."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Thread
from typing import Any

import structlog

from events.who import Actor, named
from routing.models import Destination
from routing.publishers.config import ConfigError
from routing.publishers.port import Check, Publisher
from routing.publishers.registry import make_publisher

log = structlog.get_logger(__name__)

LIMIT_SECONDS = 5.0
AT_ONCE = 8
"""Checks of one process. One that nobody waits for any longer still ends by its adapter's own time limits."""

_free = BoundedSemaphore(AT_ONCE)
# What a stream lacks that the worker will see to when it first uses the destination.
_TO_BE_MADE = {
    "no_stream": "the server answers; the stream is made when the destination is first used",
    "short_dedup_window": "the stream deduplicates for too short; that is mended when the destination is first used",
}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Whether a destination can take events. `code` is stable, `message` is for people and holds no secret."""

    ok: bool
    code: str
    message: str
    seconds: float


def check_connection(
    destination: Destination, *, by: Actor = None, limit_seconds: float = LIMIT_SECONDS
) -> CheckResult:
    """Connect as workers would and look, for `limit_seconds` at the most. The destination need not have been saved."""
    begun = time.monotonic()
    check = _checked(destination, limit_seconds)
    result = CheckResult(
        check.ok, check.code or "ok", check.message or "it answers and can take events",
        round(time.monotonic() - begun, 3),
    )  # fmt: skip
    log.info("destination.tested", destination_id=destination.pk, ok=result.ok, code=result.code, by=named(by))
    return result


def _checked(destination: Destination, limit: float) -> Check:
    if not _free.acquire(blocking=False):
        return Check(False, "busy", f"{AT_ONCE} other tests are still waiting for an answer: try again in a moment")
    answers: SimpleQueue[Check] = SimpleQueue()
    # A thread, because no adapter promises an end as early as this; its publisher is closed by it, whenever that is.
    Thread(target=_answer, args=(destination, limit, answers), daemon=True, name="test-connection").start()
    try:
        return answers.get(timeout=limit)
    except Empty:
        return Check(False, "no_answer", f"no answer within {limit:g} s")


def _answer(destination: Destination, limit: float, answers: "SimpleQueue[Check]") -> None:
    try:
        publisher = make_publisher(
            destination.kind, _looking(destination), name="test", ack_wait=limit, in_flight_limit=1
        )
        _ask(publisher, destination, answers)
    except ConfigError as error:
        answers.put(Check(False, "misconfigured", str(error)))
    finally:
        _free.release()


def _ask(publisher: Publisher, destination: Destination, answers: "SimpleQueue[Check]") -> None:
    try:
        answers.put(_as_promised(publisher.check(), destination))
    finally:
        publisher.close()


def _looking(destination: Destination) -> Mapping[str, Any]:
    """The config of one who only looks: a stream that is missing is not made by a test."""
    config: Mapping[str, Any] = destination.config
    nats = destination.kind == Destination.Kind.NATS and isinstance(config, dict)
    return {**config, "create_stream": False} if nats else config


def _as_promised(check: Check, destination: Destination) -> Check:
    makes = destination.kind == Destination.Kind.NATS and destination.config.get("create_stream", True)
    return Check(True, check.code, _TO_BE_MADE[check.code]) if makes and check.code in _TO_BE_MADE else check
