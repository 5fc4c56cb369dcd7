"""What a merge says."""

from dataclasses import dataclass
from typing import Any, Literal

from events.schemas.merging.kinds import Kind, Severity
from events.schemas.merging.values import ABSENT, Value

Json = Any
Resolution = Literal["automatic", "open"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One place where both sides changed something, differently.

    `path` is a JSON Pointer, into allOf, anyOf and oneOf by the index in base. `base`, `ours`, `theirs` are what is
    there, `chosen` what the merged schema has; each ABSENT where there is nothing.
    """

    path: str
    kind: Kind
    base: Value
    ours: Value
    theirs: Value
    chosen: Value
    detail: str = ""

    @property
    def severity(self) -> Severity:
        return self.kind.severity

    @property
    def message(self) -> str:
        return f"{self.kind.sentence} {self.detail}".rstrip()

    @property
    def resolution(self) -> Resolution:
        return "automatic" if self.severity is Severity.WARN else "open"

    def as_json(self) -> dict[str, Json]:
        """`base`, `ours`, `theirs` and `chosen` are missing where there is nothing: null is a value."""
        values = {"base": self.base, "ours": self.ours, "theirs": self.theirs, "chosen": self.chosen}
        return {
            "path": self.path,
            "kind": self.kind.value,
            "severity": self.severity.value,
            "message": self.message,
            "resolution": self.resolution,
            **{name: value for name, value in values.items() if value is not ABSENT},
        }


@dataclass(frozen=True, slots=True)
class Merge:
    """A valid schema, in which open conflicts are as in ours (a target of references stays), and all conflicts."""

    schema: Json
    conflicts: tuple[Conflict, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Nobody has to decide anything."""
        return not any(conflict.severity in (Severity.ERROR, Severity.BLOCK) for conflict in self.conflicts)

    def as_json(self) -> dict[str, Json]:
        conflicts = [conflict.as_json() for conflict in self.conflicts]
        return {"schema": self.schema, "clean": self.is_clean, "conflicts": conflicts}
