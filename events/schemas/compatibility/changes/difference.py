"""A difference as it is found, before it is graded by what the comparison as a whole says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from events.envelope.json_text import escape

Json = Any
Schema = Mapping[str, Json]
# Whether something is refused that was not, and whether something is taken that was not.
Effect = tuple[bool, bool]

SAME: Effect = (False, False)
NARROWS: Effect = (True, False)
WIDENS: Effect = (False, True)
BOTH: Effect = (True, True)


@dataclass(frozen=True, slots=True)
class Difference:
    """`narrows`: old instances may be refused by it; `widens`: it admits what readers of the old did not."""

    path: str
    kind: str
    narrows: bool
    widens: bool
    said: str


@dataclass(frozen=True, slots=True)
class Side:
    """A subschema with the base URI around it."""

    schema: Json
    base: str

    @property
    def members(self) -> Schema:
        return self.schema if isinstance(self.schema, dict) else {}

    def at(self, inner: Json) -> "Side":
        """A subschema of this one, which has no base of its own."""
        return Side(inner, self.base)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in both schemas. `effect_of` says what it means that one subschema takes the place of another."""

    path: str
    old: Side
    new: Side
    effect_of: Callable[[Side, Side], Effect]

    def difference(self, keyword: str, kind: str, effect: Effect, said: str) -> Difference:
        path = f"{self.path}/{escape(keyword)}" if keyword else self.path
        return Difference(path, kind, *effect, said)

    def pair(self, keyword: str) -> tuple[Json, Json]:
        """What both say by a keyword, None where one says nothing."""
        return self.old.members.get(keyword), self.new.members.get(keyword)

    def of_keywords(self, keywords: tuple[str, ...]) -> Effect:
        """What it means that these keywords are as they are now, looked at by themselves."""
        old = {key: value for key, value in self.old.members.items() if key in keywords}
        new = {key: value for key, value in self.new.members.items() if key in keywords}
        return self.effect_of(self.old.at(old), self.new.at(new))


def below(path: str, *tokens: object) -> str:
    return path + "".join(f"/{escape(str(token))}" for token in tokens)
