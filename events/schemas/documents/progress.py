"""Whether judging a value ends, and soon: no reference leads back to itself without going into the value."""

from collections.abc import Iterator, Mapping
from typing import Any

from events.schemas.documents.dialect import Dialect
from events.schemas.documents.errors import Problem
from events.schemas.documents.keywords import IN_PLACE, subschemas
from events.schemas.documents.references import REFERENCES, References

# The validator recurses: with values of 128 levels, a chain of 64 alternatives overruns its stack.
MAX_CHAIN = 32
# Each looks again at all that is within it; ten of them in each other take minutes.
MAX_UNEVALUATED = 4
MAX_JUDGED = 10_000
ENDLESS = "refers back to itself without going into the value"
TOO_LONG = "more than {:,} schemas within each other judge one value"
TOO_NESTED = "more than {:,} schemas with unevaluated members are within each other"
TOO_OFTEN = "references multiply: one value would be judged more than {:,} times"
UNEVALUATED = frozenset({"unevaluatedItems", "unevaluatedProperties"})


def progress_problems(references: References) -> Iterator[Problem]:
    """Cycles first; where there are none, what is combined too often."""
    edges = {place: list(_edges(references, place)) for place in references.nodes}
    order, cycles = _sorted(edges)
    if cycles:
        yield from (Problem(_reference(references, place), ENDLESS) for place in cycles)
        return
    one = dict.fromkeys(edges, 1)
    unevaluated = {place: _unevaluated(references, place) for place in edges}
    yield from _first_over(MAX_CHAIN, _longest(order, edges, one), TOO_LONG)
    yield from _first_over(MAX_UNEVALUATED, _longest(order, edges, unevaluated), TOO_NESTED)
    yield from _first_over(MAX_JUDGED, _judged(order, edges), TOO_OFTEN)


def _reference(references: References, place: str) -> str:
    schema = references.nodes[place].schema
    return next((f"{place}/{keyword}" for keyword in REFERENCES if keyword in schema), place)


def _first_over(limit: int, found: Mapping[str, int], message: str) -> Iterator[Problem]:
    """The outermost place is said, as those within it lead there."""
    over = min((place for place, value in found.items() if value > limit), key=len, default=None)
    if over is not None:
        yield Problem(over, message.format(limit))


def _edges(references: References, place: str) -> Iterator[str]:
    """The schemas that judge the same value."""
    schema = references.nodes[place].schema
    targets = references.targets.get(place, [])
    yield from targets
    if targets and references.dialect is Dialect.DRAFT_7:
        return
    yield from (place + path for keyword, path, _ in subschemas(schema) if keyword in IN_PLACE)


def _unevaluated(references: References, place: str) -> int:
    schema: Any = references.nodes[place].schema
    return int(isinstance(schema, dict) and not UNEVALUATED.isdisjoint(schema))


def _sorted(edges: Mapping[str, list[str]]) -> tuple[list[str], list[str]]:
    """Each place after those that it leads to, and the places that lead back to one on the way to them."""
    order: list[str] = []
    cycles: list[str] = []
    open_: dict[str, bool] = {}
    for start in edges:
        stack = [(start, iter(edges[start]))] if start not in open_ else []
        if stack:
            open_[start] = True
        while stack:
            place, ahead = stack[-1]
            following = next(ahead, None)
            if following is None:
                open_[place] = False
                order.append(place)
                stack.pop()
            elif following not in open_:
                open_[following] = True
                stack.append((following, iter(edges[following])))
            elif open_[following]:
                cycles.append(place)
    return order, cycles


def _longest(order: list[str], edges: Mapping[str, list[str]], weight: Mapping[str, int]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for place in order:
        longest[place] = weight[place] + max((longest[one] for one in edges[place]), default=0)
    return longest


def _judged(order: list[str], edges: Mapping[str, list[str]]) -> dict[str, int]:
    judged: dict[str, int] = {}
    for place in order:
        judged[place] = min(1 + sum(judged[one] for one in edges[place]), MAX_JUDGED + 1)
    return judged
