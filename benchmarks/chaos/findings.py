"""What a run found."""

from collections import Counter
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(slots=True)
class Findings:
    """Accepted events by what became of them; and what is wrong: lists of ids with a word on each, all to be empty."""

    WRONG: ClassVar[tuple[str, ...]] = (
        "lost", "phantom", "duplicates", "disordered", "altered", "stray", "wrongly_dead", "untrue",
    )  # fmt: skip

    accepted: int = 0
    delivered: int = 0
    dead: int = 0
    unrouted: int = 0
    unknown: int = 0
    """Handed in, but never answered."""
    doubled: int = 0
    """Events of a FAILOVER rule that reached both places: a try without an answer had arrived after all."""
    excused: int = 0
    """Events of a FAILOVER rule out of order for a reason that `order` explains."""
    per_destination: dict[str, dict[str, int]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    phantom: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)
    """At a destination that the table it was routed by does not name."""
    wrongly_dead: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)
    """Rows that reality contradicts."""

    def wrong(self) -> dict[str, list[str]]:
        return {name: found for name in self.WRONG if (found := getattr(self, name))}


@dataclass(slots=True)
class Result:
    """`troubles` are what went wrong with the run itself, and answers that no producer should get."""

    seed: int
    minutes: float
    findings: Findings = field(default_factory=Findings)
    faults: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)
    machine: str = ""

    @property
    def passed(self) -> bool:
        return not (self.troubles or self.findings.wrong())
