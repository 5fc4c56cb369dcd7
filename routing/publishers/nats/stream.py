"""The stream behind a NATS destination: found, made, and held against what the destination needs.

A stream that this destination may create is also its to correct, in one thing only: a deduplication window that is too
short is made longer. Everything else that differs is reported, never changed.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from routing.publishers.nats.answers import refusal
from routing.publishers.nats.config import NatsConfig
from routing.publishers.nats.subject import covered
from routing.publishers.port import Check

Answer = dict[str, Any]
Ask = Callable[[str, object], Awaitable[Answer]]
"""Asks JetStream's API: (operation such as `STREAM.INFO.EVENTS`, request) -> answer; see `Connection.ask`."""

NANOSECONDS = 1_000_000_000
STREAM_NOT_FOUND, NAME_IN_USE = 10059, 10058


def error_code(answer: Answer) -> int | None:
    error = answer.get("error")
    return error.get("err_code") if isinstance(error, dict) else None


def as_check(answer: Answer) -> Check:
    """An error answer of the API as what it means for the destination."""
    failure = refusal(answer["error"])
    return Check(False, failure.code, failure.message)


def desired(config: NatsConfig) -> dict[str, object]:
    """The stream as we make it. Full means refuse (`discard: new`): an event never pushes out another."""
    return {
        "name": config.stream,
        "subjects": list(config.stream_subjects),
        "storage": "file",
        "retention": "limits",
        "discard": "new",
        "duplicate_window": int(config.dedup_window_seconds * NANOSECONDS),
        "num_replicas": config.replicas,
        "max_bytes": config.max_bytes or -1,
        "max_consumers": -1,
        "max_msgs": -1,
        "max_age": 0,
        "max_msg_size": -1,
    }


async def verify(ask: Ask, config: NatsConfig) -> Check:
    """Whether the stream exists and fits, after making it where that is wished for."""
    answer = await ask(f"STREAM.INFO.{config.stream}", None)
    if error_code(answer) == STREAM_NOT_FOUND and config.create_stream:
        answer = await _create(ask, config)
    if error_code(answer) == STREAM_NOT_FOUND:
        return Check(False, "no_stream", f"there is no stream {config.stream}")
    if "error" in answer:
        return as_check(answer)
    actual = answer["config"]
    if _window(actual) < config.dedup_window_seconds and config.create_stream:
        answer = await ask(f"STREAM.UPDATE.{config.stream}", actual | _longer_window(config))
        actual = answer.get("config", actual)
    return compare(actual, config)


async def _create(ask: Ask, config: NatsConfig) -> Answer:
    answer = await ask(f"STREAM.CREATE.{config.stream}", desired(config))
    if error_code(answer) == NAME_IN_USE:  # another process was faster
        return await ask(f"STREAM.INFO.{config.stream}", None)
    return answer


def _window(actual: Answer) -> float:
    return float(actual.get("duplicate_window", 0)) / NANOSECONDS


def _longer_window(config: NatsConfig) -> dict[str, object]:
    return {"duplicate_window": int(config.dedup_window_seconds * NANOSECONDS)}


def compare(actual: Answer, config: NatsConfig) -> Check:
    """The first thing about an existing stream that would lose or repeat events."""
    missing = [subject for subject in config.stream_subjects if not covered(actual.get("subjects", ()), subject)]
    if missing:
        return Check(False, "subjects_missing", f"stream {config.stream} does not capture {', '.join(missing)}")
    if actual.get("no_ack"):
        return Check(False, "stream_without_acks", f"stream {config.stream} does not acknowledge")
    if actual.get("sealed"):
        return Check(False, "stream_sealed", f"stream {config.stream} is sealed")
    if _window(actual) < config.dedup_window_seconds:
        message = f"{config.stream} deduplicates for {_window(actual):g} s, not {config.dedup_window_seconds:g} s"
        return Check(False, "short_dedup_window", message)
    return Check(True)
