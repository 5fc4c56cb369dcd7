"""Conditions over the attributes of an event: what filters and type patterns are compiled to.

A condition sees `Values` only: attribute name to canonical string, None where the event lacks it. What it does not
name in `reads` it cannot see, so the same values of those always give the same answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from routing.matching.errors import quoted

Values = Mapping[str, str | None]

TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "exact": str.__eq__,
    "prefix": str.startswith,
    "suffix": str.endswith,
}


class Condition(Protocol):
    @property
    def reads(self) -> frozenset[str]: ...

    def holds(self, values: Values) -> bool: ...

    def failure(self, values: Values) -> str | None:
        """The first part that does not hold, in the words of the rule and never of the event; None if it holds."""
        ...


@dataclass(frozen=True, slots=True)
class Compare:
    """One attribute against one string. An attribute the event lacks never matches."""

    dialect: str
    name: str
    operand: str
    place: str

    @property
    def reads(self) -> frozenset[str]:
        return frozenset({self.name})

    def holds(self, values: Values) -> bool:
        value = values[self.name]
        return value is not None and TESTS[self.dialect](value, self.operand)

    def failure(self, values: Values) -> str | None:
        return None if self.holds(values) else f"{self.place}: {self.dialect} {self.name} {quoted(self.operand)}"


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Condition, ...]

    @property
    def reads(self) -> frozenset[str]:
        return frozenset().union(*(part.reads for part in self.parts))

    def holds(self, values: Values) -> bool:
        for part in self.parts:  # noqa: SIM110 - a generator costs more than most of the parts
            if not part.holds(values):
                return False
        return True

    def failure(self, values: Values) -> str | None:
        return next((failed for part in self.parts if (failed := part.failure(values)) is not None), None)


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]
    place: str

    @property
    def reads(self) -> frozenset[str]:
        return frozenset().union(*(part.reads for part in self.parts))

    def holds(self, values: Values) -> bool:
        return any(part.holds(values) for part in self.parts)

    def failure(self, values: Values) -> str | None:
        return None if self.holds(values) else f"{self.place}: none of {len(self.parts)} holds"


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition
    place: str

    @property
    def reads(self) -> frozenset[str]:
        return self.part.reads

    def holds(self, values: Values) -> bool:
        return not self.part.holds(values)

    def failure(self, values: Values) -> str | None:
        return None if self.holds(values) else f"{self.place}: what it denies holds"
