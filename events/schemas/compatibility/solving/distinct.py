"""Values that fit one list of claims each, no two alike: a matching of places and values."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from events.schemas.compatibility.building.scalars import equal
from events.schemas.compatibility.nodes import Signed
from events.schemas.compatibility.solving.outcome import MISSING, NONE, UNKNOWN, maybe, sure
from events.schemas.compatibility.values import key_of

if TYPE_CHECKING:
    from events.schemas.compatibility.solving.solver import Solver

MAX_PLACES = 64
Claims = tuple[Signed, ...]


class Distinct:
    """`outcome`: the values, or that there are none. `scarce`: how many there are under claims that ask for more."""

    def __init__(self, solver: "Solver", places: Sequence[Claims]) -> None:
        self.outcome = UNKNOWN
        self.scarce: dict[Claims, int] = {}
        if len(places) <= MAX_PLACES:
            domains = {claims: _Domain(solver, claims, len(places)) for claims in dict.fromkeys(places)}
            self._seat(places, domains)

    def _seat(self, places: Sequence[Claims], domains: Mapping[Claims, "_Domain"]) -> None:
        matching = _Matching([domains[claims] for claims in places])
        complete = matching.complete()
        unsure = any(domain.unsure for domain in domains.values())
        if complete:
            self.outcome = maybe(matching.values()) if unsure else sure(matching.values())
        elif not unsure:
            self.outcome = NONE
        asked = Counter(places)
        self.scarce = {
            claims: len(domain.values)
            for claims, domain in domains.items()
            if not domain.unsure and domain.ended and len(domain.values) < asked[claims]
        }


class _Domain:
    """Up to as many values as there are places: with so many, none can be lacking."""

    def __init__(self, solver: "Solver", claims: Claims, most: int) -> None:
        self._solver = solver
        self._claims = list(claims)
        self._most = most
        self.ended = False
        self.values: list[Any] = []
        self.unsure = False

    def at(self, index: int) -> Any:
        while len(self.values) <= index and not self.ended:
            self._grow()
        return self.values[index] if index < len(self.values) else MISSING

    def _grow(self) -> None:
        outcome = self._solver.solve(self._claims) if len(self.values) < self._most else NONE
        self.unsure = self.unsure or not (outcome.none or outcome.sure)
        if outcome.none or not outcome.tangible:
            self.ended = True
            return
        self.values.append(outcome.value)
        self._claims.append((equal(self._solver.nodes, outcome.value), False))


class _Matching:
    def __init__(self, domains: Sequence[_Domain]) -> None:
        self._domains = domains
        self._taken: dict[Any, tuple[int, Any]] = {}

    def complete(self) -> bool:
        return all(self._seat(place, set()) for place in range(len(self._domains)))

    def values(self) -> list[Any]:
        seated = dict(self._taken.values())
        return [seated[place] for place in range(len(self._domains))]

    def _seat(self, place: int, tried: set[Any]) -> bool:
        index = 0
        while (value := self._domains[place].at(index)) is not MISSING:
            key = key_of(value)
            index += 1
            if key in tried:
                continue
            tried.add(key)
            if key not in self._taken or self._seat(self._taken[key][0], tried):
                self._taken[key] = (place, value)
                return True
        return False
