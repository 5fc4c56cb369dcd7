"""What can be decided about an event that is handed in, by its type and the schema of its version."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from events.envelope import CloudEvent
from events.pii.protection import Act
from events.schemas.documents.faults import Fault


@dataclass(frozen=True, slots=True)
class Admission:
    """How an event was let in.

    `key` is the primary key of the schema version that decided, `version` its number and `status` what that was then:
    active or deprecated. Where the event was migrated, `given` is the version that it came in.
    """

    key: int | None = None
    version: str | None = None
    status: str | None = None
    deprecated_at: float | None = None
    given: str | None = None
    legacy_type: str | None = None
    unknown: str | None = None
    """`type` for a type that is not registered, `schema` for one that has no schema yet."""
    faults: tuple[Fault, ...] = ()
    """Where it does not fit its schema and the type lets it in all the same."""

    @property
    def plain(self) -> bool:
        """Whether there is nothing more to say than which version it was, if any."""
        return self.status in (None, "active") and not (self.unknown or self.given or self.legacy_type or self.faults)

    def as_json(self) -> str:
        """As the outbox entry keeps it: a JSON object of what is out of the ordinary."""
        if self.plain:
            return "{}"
        members = {
            "unknown": self.unknown,
            "status": self.status if self.status != "active" else None,
            "migrated_from": self.given,
            "legacy_type": self.legacy_type,
            "faults": [fault.as_json() for fault in self.faults] or None,
        }
        return orjson.dumps({name: value for name, value in members.items() if value is not None}).decode()


NOTHING = Admission()


class _Unparsed:
    """The type of `UNPARSED`."""


UNPARSED = _Unparsed()


class Admitted(NamedTuple):
    """An event as it will be stored, and why.

    `value` is its JSON data where that was parsed already, `pii` a JSON object of what a policy did, `acts` the same
    for whoever counts, and `protected` whether that took anything out of it.
    """

    event: CloudEvent
    admission: Admission
    value: Any = UNPARSED
    pii: str = "{}"
    protected: bool = False
    acts: Sequence[Act] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one event is refused. `index` is its position in the call, `pointer` the place within it.

    `blocked` is all that a policy does not let in, the first of it at that place.
    """

    code: str
    pointer: str
    detail: str
    faults: tuple[Fault, ...] = ()
    index: int = 0
    blocked: Sequence[Act] = ()


class NotAdmittedError(Exception):
    """Events are refused, and nothing is stored: `refusals` says which and why."""

    def __init__(self, refusals: Sequence[Refusal], size: int) -> None:
        self.refusals = tuple(refusals)
        self.size = size
        first = refusals[0]
        said = _said(first)
        super().__init__(said if size == 1 else f"{len(refusals)} of {size} events are refused: {said}")


def _said(refusal: Refusal) -> str:
    """With its first fault: in a log or a traceback there is nothing else to go by."""
    if refusal.blocked:
        return f"{refusal.detail}: {refusal.pointer}{_others(refusal.blocked)}"
    if not refusal.faults:
        return refusal.detail
    first = refusal.faults[0]
    return f"{refusal.detail}: {refusal.pointer}{first.pointer} {first.message}{_others(refusal.faults)}"


def _others(listed: Sequence[object]) -> str:
    return f", and {len(listed) - 1} more" if len(listed) > 1 else ""
