"""What was done to an event: kinds, places and actions, never values."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from events.envelope.json_text import escape
from events.pii.detection.kinds import Kind
from events.pii.policies.action import Action
from events.pii.protection.json_places import keys_of


class Act(NamedTuple):
    """`count` things of a kind at a place; `path` has `*` for each name that is personal itself."""

    path: str
    kind: str
    action: str
    count: int = 1  # type: ignore[assignment]  # nobody counts the members of an act

    def as_json(self) -> dict[str, str | int]:
        return {"path": self.path, "kind": self.kind, "action": self.action, "count": self.count}

    @property
    def why_blocked(self) -> str:
        return f"the policy lets no {self.kind} in"


def counted(acts: Iterable[tuple[str, Kind, Action]]) -> tuple[Act, ...]:
    """One for each place, kind and action, in the order they came."""
    counts: dict[tuple[str, Kind, Action], int] = {}
    for act in acts:
        counts[act] = counts.get(act, 0) + 1
    return tuple([Act(path, kind, action, count) for (path, kind, action), count in counts.items()])


class Names:
    """Paths with other names in them; `renamed` has these by the pointers of the old ones."""

    def __init__(self, renamed: Mapping[str, str]) -> None:
        self._renamed = renamed

    def told(self, pointer: str) -> str:
        """The path of a place, by its pointer with the old names."""
        if not self._renamed:
            return pointer
        told, place = "", ""
        for key in keys_of(pointer):
            place += f"/{escape(key)}"
            told += f"/{escape(self._renamed.get(place, key))}"
        return told
