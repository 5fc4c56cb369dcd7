"""What publishing would change: two lists of named things, one by one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One member of one thing, before and after. `member` is empty where the whole thing came or went.

    What is published says by `text` how its values read to people.
    """

    name: str
    member: str
    before: object
    after: object

    @property
    def was(self) -> str:
        return self.text(self.before)

    @property
    def becomes(self) -> str:
        return self.text(self.after)

    @staticmethod
    def text(value: object) -> str:
        raise NotImplementedError


Made = TypeVar("Made", bound=Change)


def changes(before: Sequence[Raw], after: Sequence[Raw], kind: type[Made]) -> list[Made]:
    """Changes from one list to the other, things told apart by id; their order is a matter of their members."""
    old, new = ({one["id"]: one for one in things} for things in (before, after))
    found = [kind(old[gone]["name"], "", old[gone], None) for gone in old if gone not in new]
    for id_, one in new.items():
        found.extend(_members(old[id_], one, kind) if id_ in old else [kind(one["name"], "", None, one)])
    return found


def _members(old: Raw, new: Raw, kind: type[Made]) -> Iterator[Made]:
    for member in sorted({*old, *new}):
        if old.get(member) != new.get(member):
            yield kind(new["name"], member, old.get(member), new.get(member))
