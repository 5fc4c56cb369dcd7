"""What can be wrong with a policy or with what an event says of itself; no message quotes a value of an event."""

from collections.abc import Iterable
from typing import NamedTuple


class Fault(NamedTuple):
    """`place` is a JSON Pointer into what was given."""

    place: str
    message: str


class PolicyError(ValueError):
    """A policy, or a set of them, cannot be understood; `faults` say why, all at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{place}: {message}" if place else message for place, message in self.faults))


class PoliciesUnreadableError(Exception):
    """The published policies are of a newer release than this one: nothing is decided by a guess, and nothing stored.

    Update this release, or roll the policies back.
    """

    def __init__(self) -> None:
        super().__init__("the published policies are of a newer release than this one")


class ClassificationError(ValueError):
    """An event says something of its data that is not understood here, so it must not be taken.

    `attribute` is the one that says it.
    """

    def __init__(self, attribute: str, message: str) -> None:
        self.attribute = attribute
        super().__init__(message)
