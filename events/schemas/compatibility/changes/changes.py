"""What changed from one schema to another, difference by difference, each graded."""

from collections.abc import Callable
from itertools import islice

from events.schemas.compatibility.budget import UndecidedError
from events.schemas.compatibility.building.references import References
from events.schemas.compatibility.changes.difference import Difference, Effect, Side
from events.schemas.compatibility.changes.walk import Walk

MAX_DIFFERENCES = 500
EffectOf = Callable[[Side, Side], Effect]
Pair = tuple[References, References]


def differences(old: Side, new: Side, references: Callable[[], Pair], effect_of: EffectOf) -> list[Difference]:
    """At most 500. The sides are whole documents; `references` are those of both."""
    found: list[Difference] = []
    try:
        walk = Walk(*references(), effect_of)
        found.extend(islice(walk.differences("", old, new), MAX_DIFFERENCES))
    except (UndecidedError, RecursionError):
        # What was found before counts; the grading says what is missing.
        return found
    return found
