"""Names for the members of an object, and what must hold of the value under each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from events.schemas.compatibility.nodes import Op, Signed
from events.schemas.compatibility.solving.judge import UnjudgedError, holds
from events.schemas.compatibility.solving.object_shape import Claims, Shape
from events.schemas.compatibility.solving.outcome import Outcome, sure
from events.schemas.compatibility.solving.strings import matches

if TYPE_CHECKING:
    from events.schemas.compatibility.solving.solver import Solver


class Names:
    """What a shape says of each name."""

    def __init__(self, solver: "Solver", shape: Shape) -> None:
        self._solver = solver
        self._shape = shape
        self.known = shape.known_names
        self._patterns = shape.patterns
        self._nodes = solver.nodes

    def values(self, name: str) -> list[Signed]:
        """What must hold of a member of this name."""
        shape = self._shape
        claims = list(shape.by_name.get(name, ()))
        claims += [(node, True) for pattern, node in shape.matching if matches(pattern, name)]
        for other in shape.others:
            if name not in other.names and not any(matches(pattern, name) for pattern in other.patterns):
                claims.append((other.node, True))
        return claims

    def fits(self, name: str, names: Claims) -> Outcome:
        """Whether a name is allowed, and is one of these names."""
        try:
            claims = (*names, *self._shape.names)
            if all(holds(self._nodes, node, name) is sign for node, sign in claims):
                return sure(name)
        except UnjudgedError:
            pass
        # Of what only a format rules out the search is less sure.
        return self._searched(name, names)

    def _searched(self, name: str, names: Claims) -> Outcome:
        only = self._nodes.within([("string", name)])
        return self._solver.solve(((only, True), *names, *self._shape.names), "string")

    def fresh(self, names: Claims, taken: Iterable[str], values: Claims = ()) -> Iterator[tuple[Outcome, Claims]]:
        """Names that nothing says by name, one of each sort, with what must hold of their values beside `values`.

        Sorts are left out whose names cannot have such a value.
        """
        never = self._nodes.within(("string", name) for name in (*self.known, *taken))
        asked = {node.args[0] for node, _ in names if node.op is Op.PATTERN}
        # What is asked of the name decides at once on which side of these it is.
        patterns = sorted(self._patterns, key=lambda pattern: pattern not in asked)
        sort = _Sort((*names, *self._shape.names, (never, False)), values)
        yield from self._sorts(sort, patterns)

    def _sorts(self, sort: "_Sort", patterns: list[str]) -> Iterator[tuple[Outcome, Claims]]:
        found = self._solver.solve(sort.names, "string")
        if found.none or self._solver.solve((*self._matched(sort), *sort.values)).none:
            return
        if not patterns:
            yield found, self._values_of_sort(sort)
            return
        pattern = self._nodes.make(Op.PATTERN, patterns[0])
        without = _Sort((*sort.names, (pattern, False)), sort.values, sort.matched)
        within = _Sort((*sort.names, (pattern, True)), sort.values, sort.matched | {patterns[0]})
        yield from self._sorts(without, patterns[1:])
        yield from self._sorts(within, patterns[1:])

    def _matched(self, sort: "_Sort") -> Iterator[Signed]:
        return ((node, True) for pattern, node in self._shape.matching if pattern in sort.matched)

    def _values_of_sort(self, sort: "_Sort") -> Claims:
        others = ((other.node, True) for other in self._shape.others if not other.patterns & sort.matched)
        return tuple(dict.fromkeys((*self._matched(sort), *others)))


@dataclass(frozen=True, slots=True)
class _Sort:
    """Names that match some patterns and not others, and what their values must be for another reason."""

    names: Claims
    values: Claims
    matched: frozenset[str] = frozenset()
