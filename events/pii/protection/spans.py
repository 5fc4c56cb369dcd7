"""Parts of a string and what is to be done with each."""

from collections.abc import Iterable
from typing import NamedTuple

from events.pii.detection.kinds import Kind
from events.pii.policies.action import Action

CORE = ("id", "source", "type", "subject", "time", "datacontenttype", "dataschema")
IDENTITY = frozenset({*CORE, "partitionkey"})
"""Attributes that tell events apart, keep their order or say how to read them: they stay one to one."""


class Span(NamedTuple):
    """Characters `start` to `end` of a string."""

    start: int
    end: int
    kind: Kind
    action: Action
    wrapping: tuple[str, ...] = ()


def treatment(decided: Action, path: str) -> Action:
    """What is done in an attribute. A type is what policies go by: it stays."""
    name = path[1:]
    if decided is Action.LOG or name == "type":
        return Action.LOG
    return Action.ANONYMIZE if name in IDENTITY else decided


def in_data(path: str) -> bool:
    return path[:6] == "/data/" or path == "/data"


def strictest(spans: Iterable[Span]) -> Span:
    return max(spans, key=lambda span: span.action.rank)


def merged(spans: Iterable[Span]) -> list[Span]:
    """In their order, none over another: where some overlap, all they cover goes the way of the strictest."""
    ordered = sorted(spans)
    result = [ordered[0]]
    for span in ordered[1:]:
        last = result[-1]
        if span.start < last.end:
            result[-1] = _both(last, span)
        else:
            result.append(span)
    return result


def _both(first: Span, second: Span) -> Span:
    return strictest((first, second))._replace(start=first.start, end=max(first.end, second.end))
