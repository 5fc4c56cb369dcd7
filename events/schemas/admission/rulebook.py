"""What is known of all event types at one moment: the tables of the registry, in the form that ingest reads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from events.pii.policies.decide import NO_POLICIES, PolicySet
from events.schemas.admission.decision import Admission
from events.schemas.documents.faults import Fault


class Judge(Protocol):
    """A compiled schema."""

    def is_valid(self, value: Any) -> bool: ...

    def faults(self, value: Any) -> list[Fault]:
        """All faults of a value, each with its place in it; no message quotes it."""
        ...


Judges = Callable[[str], Judge]
"""Compiled schemas by the root of their content; each is compiled once a process."""


class Steps(Protocol):
    """A migration of data, ready to be applied."""

    def apply(self, data: Any) -> Any:
        """The data in its new shape; what was given is left as it is."""
        ...


@dataclass(frozen=True, slots=True)
class KnownVersion:
    """A schema version that events may be of: active, deprecated or retired. `root` names its schema's content."""

    key: int
    number: str
    status: str
    root: str
    as_is: Admission
    """The answer for an event of this version that fits it."""


@dataclass(frozen=True, slots=True)
class KnownType:
    """An event type. `ways` holds, by the number of a version, the migrations to the active one, in order."""

    name: str
    allowed: bool
    blocked_reason: str
    refuses_invalid: bool
    reads_data_version: bool
    stamps_data_version: bool
    migrates: frozenset[str]
    """The statuses of versions whose events are migrated to the active one."""
    versions: Mapping[str, KnownVersion]
    active: KnownVersion | None
    ways: Mapping[str, Sequence[Steps]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownLegacy:
    """A former type: its events are taken for `version` of `today`, after `steps`."""

    name: str
    today: KnownType
    version: KnownVersion
    steps: Steps


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All that decides, as of `number` of the registry."""

    number: int
    types: Mapping[str, KnownType]
    legacy: Mapping[str, KnownLegacy]
    judge: Judges
    refuses_unknown: bool
    policies: PolicySet = NO_POLICIES
