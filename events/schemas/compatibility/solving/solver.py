"""Is there a value of which some schemas hold and others do not: a search that decides, and finds one.

A schema may refer to itself. That a value needs a smaller value of the same claims, and that one again, leads to no
finite value: while claims are looked at, they count as unsatisfiable inside themselves. What was concluded on that
assumption is kept only while it stands.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from events.schemas.compatibility.budget import Meter
from events.schemas.compatibility.nodes import Node, Nodes, Op, Signed
from events.schemas.compatibility.solving.arrays import solve_array
from events.schemas.compatibility.solving.clauses import Claims, Clause, Contradiction, Literals
from events.schemas.compatibility.solving.disjoint import disjoint
from events.schemas.compatibility.solving.judge import UnjudgedError, holds
from events.schemas.compatibility.solving.names import Names
from events.schemas.compatibility.solving.numbers import solve_number
from events.schemas.compatibility.solving.object_shape import shape_of
from events.schemas.compatibility.solving.objects import solve_object
from events.schemas.compatibility.solving.outcome import NONE, UNKNOWN, Found, Outcome, better, maybe, sure
from events.schemas.compatibility.solving.projection import Projection
from events.schemas.compatibility.solving.strings import solve_string
from events.schemas.compatibility.values import KINDS

Query = frozenset[Signed]
Accept = Callable[[Outcome], bool]
UNASSUMED = 1 << 30
# Below that a look at the name alone saves nothing.
MANY_OPTIONS = 4


class Solver:
    """Answers of one comparison; what was found out once is kept."""

    def __init__(self, nodes: Nodes, meter: Meter) -> None:
        self.nodes = nodes
        self.meter = meter
        self.projection = Projection(nodes, self._overlapping)
        self._known: dict[tuple[Query, str | None], Outcome] = {}
        self._assumed: dict[tuple[Query, str | None], tuple[Outcome, int]] = {}
        self._above: dict[tuple[Query, str | None], int] = {}
        self._leaves: dict[tuple[str, Query], Outcome] = {}
        self._pairs: dict[tuple[tuple[Node, ...], str], set[tuple[int, int]]] = {}
        self._lowest = UNASSUMED

    def begin(self, meter: Meter) -> None:
        """Start on another question, with its own budget. What a search that was given up assumed is forgotten."""
        self.meter = meter
        self._above.clear()
        self._assumed.clear()
        self._lowest = UNASSUMED

    def solve(self, claims: Iterable[Signed], kind: str | None = None) -> Outcome:
        """A value of that kind, or of any, under all of the claims."""
        key = (frozenset(claims), kind)
        known = self._recall(key)
        if known is not None:
            return known
        return self._look(key)

    def first(self, claims: Iterable[Signed], accept: Accept) -> Outcome:
        """The same, going on until a value is accepted. NONE only if there is none at all."""
        best = NONE
        for kind in KINDS:
            outcome = self._of_kind(frozenset(claims), kind, accept)
            if outcome.sure:
                return outcome
            best = better(best, outcome)
        return best

    def _recall(self, key: tuple[Query, str | None]) -> Outcome | None:
        query = key[0]
        if any((node, not sign) in query for node, sign in query):
            return NONE
        if key in self._known:
            return self._known[key]
        if key in self._above:
            self._lowest = min(self._lowest, self._above[key])
            return NONE
        if key in self._assumed:
            outcome, lowest = self._assumed[key]
            self._lowest = min(self._lowest, lowest)
            return outcome
        return None

    def _look(self, key: tuple[Query, str | None]) -> Outcome:
        depth = len(self._above)
        outer, self._lowest = self._lowest, UNASSUMED
        mark = len(self._assumed)
        self._above[key] = depth
        try:
            outcome = self._any_kind(*key)
        finally:
            del self._above[key]
        self._keep(key, outcome, depth, mark)
        self._lowest = min(outer, self._lowest)
        return outcome

    def _keep(self, key: tuple[Query, str | None], outcome: Outcome, depth: int, mark: int) -> None:
        """Whatever was concluded inside from the assumption that this is NONE stands or falls with it."""
        inside = list(self._assumed)[mark:]
        if outcome.none and self._lowest < depth:
            # What stands on this stands on the same from now on: another question may soon be at this depth.
            lowered = {one: (self._assumed[one][0], min(self._assumed[one][1], self._lowest)) for one in inside}
            self._assumed.update(lowered)
            self._assumed[key] = (outcome, self._lowest)
            return
        for one in inside:
            assumed, _ = self._assumed.pop(one)
            if outcome.none:
                self._known[one] = assumed
        self._known[key] = outcome
        self._lowest = UNASSUMED

    def _any_kind(self, query: Query, kind: str | None) -> Outcome:
        best = NONE
        for one in KINDS if kind is None else (kind,):
            best = better(best, self._of_kind(query, one, None))
            if best.sure:
                break
        return best

    def _of_kind(self, query: Query, kind: str, accept: Accept | None) -> Outcome:
        claims = Claims()
        try:
            ordered = sorted(query, key=_serial)
            claims.add([(self.projection.of(node, kind), sign) for node, sign in ordered])
            claims.simplify()
        except Contradiction:
            return NONE
        return self._search(claims, kind, accept)

    def _search(self, claims: Claims, kind: str, accept: Accept | None) -> Outcome:
        self.meter.spend()
        leaf = self.leaf(claims.literals, kind)
        if leaf.none:
            return NONE
        if not claims.clauses:
            return _judged(leaf, accept)
        broken = self._broken(claims, leaf)
        if not broken and (judged := _judged(leaf, accept)).sure:
            return judged
        return self._branch(claims, kind, accept, min(broken or claims.clauses, key=len))

    def _broken(self, claims: Claims, leaf: Outcome) -> list[Clause]:
        """The clauses that the value at hand does not fit: no other need be looked at yet."""
        if not leaf.tangible:
            return list(claims.clauses)
        try:
            return [clause for clause in claims.clauses if not self._fits(clause, leaf.value)]
        except UnjudgedError:
            return list(claims.clauses)

    def _fits(self, clause: Clause, value: Any) -> bool:
        return any(holds(self.nodes, node, value) is sign for node, sign in clause)

    def _branch(self, claims: Claims, kind: str, accept: Accept | None, clause: Clause) -> Outcome:
        best = NONE
        for option in self._worth_trying(claims, clause, kind):
            try:
                outcome = self._search(claims.with_option(clause, option), kind, accept)
            except Contradiction:
                continue
            best = better(best, outcome)
            if best.sure:
                break
        return best

    def _worth_trying(self, claims: Claims, clause: Clause, kind: str) -> Iterator[Signed]:
        """Without the members that cannot be: that is known from what is said of the one name."""
        if kind != "object" or len(clause) < MANY_OPTIONS:
            yield from clause
            return
        names = Names(self, shape_of(self.nodes, claims.literals))
        for option in clause:
            node, sign = _unsigned(option)
            wrong = not sign and node.op is Op.MEMBER
            if not wrong or not self.solve((*names.values(node.args[0]), (node.args[1], False))).none:
                yield option

    def leaf(self, literals: Literals, kind: str) -> Outcome:
        """A value of which literals hold."""
        key = (kind, frozenset(literals))
        if key not in self._leaves:
            outer, self._lowest = self._lowest, UNASSUMED
            outcome = self._solve_leaf(literals, kind)
            if self._lowest == UNASSUMED or not outcome.none:
                self._leaves[key] = outcome
            self._lowest = min(outer, self._lowest)
            return outcome
        return self._leaves[key]

    def _solve_leaf(self, literals: Literals, kind: str) -> Outcome:
        self.meter.spend()
        if kind == "object":
            return solve_object(self, literals)
        if kind == "array":
            return solve_array(self, literals)
        if kind == "string":
            return solve_string(literals, self.meter)
        if kind == "number":
            return solve_number(literals, self.meter)
        return _constant(literals, (None,) if kind == "null" else (False, True))

    def _overlapping(self, parts: tuple[Node, ...], kind: str) -> set[tuple[int, int]]:
        """Which of these some value may fit two of. Looked at by itself: nothing above is assumed."""
        key = (parts, kind)
        if key not in self._pairs:
            every = {(low, high) for high in range(len(parts)) for low in range(high)}
            self._pairs[key] = every
            alone = Solver(self.nodes, self.meter)
            alone._pairs = self._pairs
            alone.projection = self.projection
            self._pairs[key] = {
                (low, high)
                for low, high in sorted(every)
                if not disjoint(parts[low], parts[high])
                and not alone.solve(((parts[low], True), (parts[high], True)), kind).none
            }
        return self._pairs[key]


def _unsigned(option: Signed) -> Signed:
    node, sign = option
    while node.op is Op.NOT:
        node, sign = node.args[0], not sign
    return node, sign


def _serial(claim: Signed) -> int:
    # Sets of nodes have no order of their own that would be the same in every run.
    return claim[0].serial


def _constant(literals: Literals, values: tuple[Any, ...]) -> Outcome:
    left = list(values)
    opaque = False
    for node, sign in literals:
        if not node.args or not isinstance(node.args[0], frozenset):
            opaque = True
        else:
            held = {value for _, value in node.args[0]}
            left = [value for value in left if (value in held) is sign]
    if not left:
        return NONE
    return maybe(left[0]) if opaque else sure(left[0])


def _judged(leaf: Outcome, accept: Accept | None) -> Outcome:
    if accept is None:
        return leaf
    if leaf.tangible and accept(leaf):
        return sure(leaf.value)
    return UNKNOWN if leaf.found is not Found.NONE else NONE
