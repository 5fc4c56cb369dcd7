"""What a comparison of two schemas says: the verdict, the changes, and an instance that shows the difference."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal

Json = Any
Policy = Literal["strict", "lenient"]
Side = Literal["old", "new"]


class Verdict(StrEnum):
    """How a version stands to its ancestor."""

    COMPATIBLE = "compatible"
    BACKWARD_COMPATIBLE = "backward_compatible"
    MIGRATION_REQUIRED = "migration_required"
    INCOMPATIBLE = "incompatible"


class Severity(StrEnum):
    """INFO: nobody is hurt. WARN: readers of old are. ERROR: old instances are. BLOCK: they are, and stay so."""

    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"
    BLOCK = "BLOCK"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `path` is a JSON Pointer into the schemas; the sentence says who is hurt."""

    path: str
    kind: str
    severity: Severity
    sentence: str

    def as_json(self) -> dict[str, str]:
        return {"path": self.path, "kind": self.kind, "severity": self.severity.value, "message": self.sentence}


@dataclass(frozen=True, slots=True)
class Counterexample:
    """An instance valid under the schema of `side`, and not under the other, whose faults it names."""

    side: Side
    instance: Json
    faults: tuple[Mapping[str, str], ...] = ()

    def as_json(self) -> dict[str, Json]:
        other = "new" if self.side == "old" else "old"
        faults = [dict(fault) for fault in self.faults]
        return {"instance": self.instance, "valid_under": self.side, "invalid_under": other, "faults": faults}


@dataclass(frozen=True, slots=True)
class Comparison:
    """`backward`: every instance of old is valid under new; `forward`: the reverse; False where it is not known.

    `decided` is False when one of the two is not known. The counterexample is against `backward` where there is one,
    else against `forward`.
    """

    verdict: Verdict
    backward: bool
    forward: bool
    decided: bool
    changes: tuple[Change, ...] = ()
    counterexample: Counterexample | None = None

    def as_json(self) -> dict[str, Json]:
        return {
            "verdict": self.verdict.value,
            "backward": self.backward,
            "forward": self.forward,
            "decided": self.decided,
            "changes": [change.as_json() for change in self.changes],
            "counterexample": self.counterexample.as_json() if self.counterexample else None,
        }


def with_migration(comparison: Comparison) -> Comparison:
    """The same when somebody declared a migration that makes the old instances valid."""
    if comparison.verdict is not Verdict.INCOMPATIBLE:
        return comparison
    changes = tuple(_eased(change) for change in comparison.changes)
    return replace(comparison, verdict=Verdict.MIGRATION_REQUIRED, changes=changes)


def _eased(change: Change) -> Change:
    return replace(change, severity=Severity.ERROR) if change.severity is Severity.BLOCK else change
