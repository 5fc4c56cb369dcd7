"""An object: every member that must be there gets a name and a value that fits all that is said of that name."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from events.schemas.compatibility.nodes import Signed
from events.schemas.compatibility.solving.clauses import Literals
from events.schemas.compatibility.solving.names import Names
from events.schemas.compatibility.solving.object_shape import Claims, Shape, Wanted, shape_of
from events.schemas.compatibility.solving.outcome import (
    MISSING,
    NONE,
    UNKNOWN,
    Found,
    Outcome,
    better,
    maybe,
    sure,
)

if TYPE_CHECKING:
    from events.schemas.compatibility.solving.solver import Solver

MAX_SPARE = 2_000


@dataclass(slots=True)
class Draft:
    """Members so far: what is claimed of each, and a value; `found` is the weakest of them."""

    claims: dict[str, list[Signed]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    found: Found = Found.SURE

    def put(self, name: str, claims: list[Signed], outcome: Outcome, name_found: Found) -> None:
        self.claims[name] = claims
        self.values[name] = outcome.value
        self.found = min(self.found, outcome.found, name_found)


def solve_object(solver: "Solver", literals: Literals) -> Outcome:
    shape = shape_of(solver.nodes, literals)
    if shape.most is not None and shape.most < max(shape.least, len({one.name for one in shape.wanted} - {None})):
        return NONE
    return _Objects(solver, shape).solve()


class _Objects:
    def __init__(self, solver: "Solver", shape: Shape) -> None:
        self._solver = solver
        self._shape = shape
        self._names = Names(solver, shape)
        self._free = 0

    def solve(self) -> Outcome:
        draft = Draft()
        # What came last is what is most likely impossible.
        for wanted in reversed(self._by_name()):
            if not self._put(draft, wanted):
                return NONE
        free = [wanted for wanted in self._shape.wanted if wanted.name is None]
        self._free = len(free)
        if any(not self._satisfiable(wanted) for wanted in reversed(free)):
            return NONE
        return self._place(draft, free)

    def _by_name(self) -> list[Wanted]:
        merged: dict[str, Claims] = {}
        for wanted in self._shape.wanted:
            if wanted.name is not None:
                merged[wanted.name] = (*merged.pop(wanted.name, ()), *wanted.values)
        return [Wanted((), values, name) for name, values in merged.items()]

    def _named(self, draft: Draft, wanted: Wanted) -> Draft | None:
        """With that member; None when there cannot be one."""
        copy = Draft(dict(draft.claims), dict(draft.values), draft.found)
        return copy if self._put(copy, wanted) else None

    def _put(self, draft: Draft, wanted: Wanted) -> bool:
        name = wanted.name or ""
        allowed = self._names.fits(name, wanted.names)
        if allowed.none:
            return False
        claims = [*(draft.claims.get(name) or self._names.values(name)), *wanted.values]
        outcome = self._solver.solve(claims)
        if outcome.none:
            return False
        draft.put(name, claims, outcome, allowed.found)
        return True

    def _satisfiable(self, wanted: Wanted) -> bool:
        """Whether a member like that is possible at all."""
        alone = Draft()
        return any(True for _ in self._options(alone, wanted))

    def _options(self, draft: Draft, wanted: Wanted) -> Iterator[Draft]:
        """The drafts with that member, under a name that nothing is said of, under known ones, or one of the draft."""
        for found, claims in self._names.fresh(wanted.names, draft.claims, wanted.values):
            values = [*claims, *wanted.values]
            outcome = self._solver.solve(values)
            if not outcome.none:
                yield self._fresh(draft, found, values, outcome)
        for name in dict.fromkeys((*self._names.known, *draft.claims)):
            drafted = self._named(draft, Wanted(wanted.names, wanted.values, name))
            if drafted is not None:
                yield drafted

    def _fresh(self, draft: Draft, name: Outcome, claims: list[Signed], outcome: Outcome) -> Draft:
        copy = Draft(dict(draft.claims), dict(draft.values), draft.found)
        if name.tangible:
            copy.put(name.value, claims, outcome, name.found)
        else:
            copy.put("", claims, Outcome(outcome.found), Found.MAYBE)
        return copy

    def _place(self, draft: Draft, free: list[Wanted]) -> Outcome:
        """One after the other, each under any of its names."""
        self._solver.meter.spend()
        if not free:
            return self._filled(draft)
        best = NONE
        for drafted in self._options(draft, free[0]):
            best = better(best, self._place(drafted, free[1:]))
            if best.sure:
                return best
        # Of two members and more, other names of the same sort might have done.
        return UNKNOWN if best.none and self._free > 1 else best

    def _filled(self, draft: Draft) -> Outcome:
        """With more members where there are too few."""
        shape = self._shape
        if shape.most is not None and len(draft.values) > shape.most:
            return NONE
        lacking = shape.least - len(draft.values)
        if lacking > MAX_SPARE:
            return UNKNOWN
        for _ in range(lacking):
            drafted = self._spare(draft)
            if drafted is None:
                return NONE
            draft = drafted
        return self._finished(draft)

    def _spare(self, draft: Draft) -> Draft | None:
        for name in self._names.known:
            if name not in draft.values:
                drafted = self._named(draft, Wanted((), (), name))
                if drafted is not None:
                    return drafted
        for found, claims in self._names.fresh((), draft.claims):
            outcome = self._solver.solve(claims)
            if not outcome.none:
                return self._fresh(draft, found, list(claims), outcome)
        return None

    def _finished(self, draft: Draft) -> Outcome:
        whole = all(value is not MISSING for value in draft.values.values())
        if not whole:
            return UNKNOWN
        return sure(draft.values) if draft.found is Found.SURE and not self._shape.opaque else maybe(draft.values)
