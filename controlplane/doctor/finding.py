"""What the doctor finds: each thing that was looked at, whether it is right, and what to do if it is not."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` is stable and names what was looked at; `fix` is empty where nothing is to be done."""

    level: Level
    check: str
    what: str
    fix: str = ""


Look = Callable[[], Iterator[Finding]]
"""Looks at one thing; at least one finding."""


def good(check: str, what: str) -> Finding:
    return Finding(Level.OK, check, what)


def warning(check: str, what: str, fix: str) -> Finding:
    return Finding(Level.WARNING, check, what, fix)


def error(check: str, what: str, fix: str) -> Finding:
    return Finding(Level.ERROR, check, what, fix)


def exit_code(findings: Iterable[Finding]) -> int:
    """0 all is well, 1 there are warnings, 2 there are errors."""
    levels = {finding.level for finding in findings}
    return 2 if Level.ERROR in levels else 1 if Level.WARNING in levels else 0
