"""Leaving out what decides about events, to measure what it costs: the product has no switch for it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from events import ingest as module
from events.envelope import CloudEvent
from events.schemas.admission.admit import admit
from events.schemas.admission.decision import NOTHING, Admitted
from events.schemas.admission.rulebook import Rulebook

Decide = Callable[..., list[Admitted]]
both: Decide = module._decided


def nothing(_connection: Any, given: Sequence[CloudEvent], _book: Rulebook, _tenant: str) -> list[Admitted]:
    return [Admitted(event, NOTHING) for event in given]


def schema(_connection: Any, given: Sequence[CloudEvent], book: Rulebook, _tenant: str) -> list[Admitted]:
    return admit(given, book)


@contextmanager
def deciding(decide: Decide) -> Iterator[None]:
    """Events that are handed in meanwhile are decided about by this."""
    kept = module._decided
    module._decided = decide
    try:
        yield
    finally:
        module._decided = kept
