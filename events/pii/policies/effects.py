"""What may be done to what stands at a place of a schema, where some names on the way to it are not known."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

from events.pii.detection.kinds import Kind
from events.pii.policies.action import Action
from events.pii.policies.decide import Decider
from events.pii.policies.paths import ANY, DEEP
from events.pii.policies.policy import PathLine

Place: TypeAlias = tuple[str, ...] | None
"""The steps to it, `*` for one that may have any name; None: it may be anywhere."""

REPLACING = frozenset({Action.REDACT, Action.ANONYMIZE, Action.ENCRYPT})


class Effects:
    """Of one type's policy in one environment."""

    def __init__(self, decider: Decider) -> None:
        self._decider = decider
        self._lines = decider.policy.paths if decider.policy else ()

    def actions(self, place: Place, kinds: Sequence[Kind] = tuple(Kind)) -> set[Action | None]:
        """All that may be decided about findings of these kinds at a place."""
        return {action for kind in kinds for action in self._of_kind(place, kind)}

    def may_be_whole(self, place: Place) -> bool:
        """Whether a line may say that all that stands there is personal."""
        return any(line.whole and _meets(line, place) for line in self._lines)

    def is_whole(self, place: Place) -> bool:
        """Whether a line says so for certain."""
        return any(line.whole and _covers(line, place) for line in self._lines)

    def _of_kind(self, place: Place, kind: Kind) -> Iterator[Action | None]:
        for line in self._lines:
            if line.kind in (None, kind) and _meets(line, place):
                yield line.action
                if _covers(line, place):
                    return
        yield self._decider.decide_by_kind(kind).action


def _covers(line: PathLine, place: Place) -> bool:
    # A star in the place is a name like any other to the pattern: only its own stars match it.
    return place is not None and line.pattern.matches("".join(f"/{step}" for step in place))


def _meets(line: PathLine, place: Place) -> bool:
    return place is None or _overlap(line.pattern.steps, place)


@lru_cache(65_536)
def _overlap(pattern: tuple[str, ...], place: tuple[str, ...]) -> bool:
    """Whether some place is of both."""
    if not pattern:
        return not place
    if pattern[0] == DEEP:
        return _overlap(pattern[1:], place) or (bool(place) and _overlap(pattern, place[1:]))
    if not place:
        return False
    return (ANY in (pattern[0], place[0]) or pattern[0] == place[0]) and _overlap(pattern[1:], place[1:])
