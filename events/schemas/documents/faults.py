"""What is wrong with a value that does not fit, and how much of it is told."""

from collections.abc import Sequence
from typing import NamedTuple

MAX_FAULTS = 100
"""Of one thing at once."""
MORE = "more"
"""The keyword of the last where there are more."""


class Fault(NamedTuple):
    """One fault: a JSON Pointer into the value, the keyword it breaks, and why. No value is quoted."""

    pointer: str
    keyword: str
    message: str

    def as_json(self) -> dict[str, str]:
        return self._asdict()


def more(count: int = 0) -> Fault:
    """That there are more than are told, and how many where that is known."""
    return Fault("", MORE, f"there are {count} more than these" if count else "there are more than these")


def first(faults: Sequence[Fault], most: int = MAX_FAULTS) -> Sequence[Fault]:
    """So many of them; one besides says that there are more."""
    unknown = bool(faults) and faults[-1].keyword == MORE
    if len(faults) - unknown <= most:
        return faults
    return [*faults[:most], more(0 if unknown else len(faults) - most)]
