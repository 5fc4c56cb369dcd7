"""What a search for an instance found."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any


class Found(IntEnum):
    """NONE: proven that there is no instance. MAYBE: not known. SURE: `value` is one, by the reasoning."""

    NONE = 0
    MAYBE = 1
    SURE = 2


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A MAYBE may have a value, which is then worth a try."""

    found: Found
    value: Any = MISSING

    @property
    def none(self) -> bool:
        return self.found is Found.NONE

    @property
    def sure(self) -> bool:
        return self.found is Found.SURE

    @property
    def tangible(self) -> bool:
        return self.value is not MISSING


NONE = Outcome(Found.NONE)
UNKNOWN = Outcome(Found.MAYBE)


def sure(value: Any) -> Outcome:
    return Outcome(Found.SURE, value)


def maybe(value: Any) -> Outcome:
    return Outcome(Found.MAYBE, value)


def better(one: Outcome, other: Outcome) -> Outcome:
    """The one that says more of what there is; the first of equals."""
    return other if (other.found, other.tangible) > (one.found, one.tangible) else one


def weakest(outcomes: Iterable[Outcome]) -> Found:
    return min((outcome.found for outcome in outcomes), default=Found.SURE)
