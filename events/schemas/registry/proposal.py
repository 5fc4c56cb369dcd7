"""Which number a version may have: the larger the change, the larger the step (SemVer 2.0)."""

from collections.abc import Collection
from enum import IntEnum

from semver import Version

FIRST = "1.0.0"
MAX_LENGTH = 64


class Step(IntEnum):
    """The part of a number that goes up."""

    PATCH = 1
    MINOR = 2
    MAJOR = 3

    def __str__(self) -> str:
        return self.name.lower()


# Whatever else, the empty verdict of a version without ancestor among it, asks for a major step.
_NEEDED = {"compatible": Step.PATCH, "backward_compatible": Step.MINOR}


def parse_number(text: str) -> Version:
    """Raises ValueError for what is no SemVer, or longer than MAX_LENGTH."""
    if len(text) > MAX_LENGTH:
        raise ValueError(f"at most {MAX_LENGTH} characters")
    if not Version.is_valid(text) or str(Version.parse(text)) != text:
        raise ValueError("must be a version by SemVer, like 1.4.0 or 2.0.0-rc.1")
    return Version.parse(text)


def needed(verdict: str) -> Step:
    return _NEEDED.get(verdict, Step.MAJOR)


def next_number(current: str | None, verdict: str, taken: Collection[str] = ()) -> str:
    """The smallest number that fits a change of `current` and is not `taken`; FIRST where there is none before."""
    proposed = FIRST if current is None else _next(current, verdict)
    while proposed in taken:
        proposed = _next(proposed, verdict)
    return proposed


def number_fits(old: str, new: str, verdict: str) -> str | None:
    """What is wrong with `new` as the number of the version after `old`; None if it fits."""
    before, after = parse_number(old), parse_number(new)
    if after.compare(before) <= 0:
        return f"must be above {old}: {next_number(old, verdict)} would be next"
    if _step(before, after) < (wanted := needed(verdict)):
        change = verdict.replace("_", " ") or "undecided"
        return f"a change that is {change} takes a {wanted} step: {next_number(old, verdict)} would be next"
    return None


def _next(number: str, verdict: str) -> str:
    return str(parse_number(number).next_version(str(needed(verdict))))


def _step(before: Version, after: Version) -> Step:
    if before.major != after.major:
        return Step.MAJOR
    if before.minor != after.minor:
        return Step.MINOR
    if before.patch != after.patch:
        return Step.PATCH
    return _opened(before)


def _opened(number: Version) -> Step:
    """The step that a pre-release announces: until 2.0.0 is out, everything may change from 2.0.0-rc.1 on."""
    if number.patch:
        return Step.PATCH
    return Step.MINOR if number.minor else Step.MAJOR
