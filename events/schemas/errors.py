"""Why an act on the registry is refused."""

from collections.abc import Iterable

from events.problem import Problem, RefusedError

NAME_TAKEN = Problem("/name", "another event type has this name")
LEGACY_NAME_TAKEN = Problem("/name", "another legacy type has this name")
NUMBER_TAKEN = Problem("/version", "the type has a version of this number")
LEGACY_HAS_NAME = Problem("/name", "a legacy type has this name: delete that first")
TYPE_HAS_NAME = Problem("/name", "an event type has this name: its events are its own")
TAKEN = frozenset({NAME_TAKEN, LEGACY_NAME_TAKEN, NUMBER_TAKEN, LEGACY_HAS_NAME, TYPE_HAS_NAME})


class RegistryError(RefusedError):
    """A type, a version or a legacy type is not saved as it is."""


class TypeInUseError(Exception):
    """An event type cannot be deleted; `reasons` say what keeps it."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(self.reasons))


class StatusError(Exception):
    """A version has a status in which this cannot be done with it: `status` is what it has."""

    def __init__(self, status: str, message: str) -> None:
        self.status = status
        super().__init__(message)


class ComparisonStaleError(Exception):
    """A draft was compared with another version than the one that is active now: `active` is that one's number."""

    def __init__(self, active: str) -> None:
        self.active = active
        super().__init__(
            f"it was not compared with {active}, which is active now: save the draft with that as its ancestor, "
            "and look at what changes"
        )
