"""From which version of a type data can be taken to which: the graph in which the shortest way is looked for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

Steps = Sequence[Mapping[str, Any]]
Edges = Mapping[str, Mapping[str, Steps]]
"""By the number of a version, those that one migration leads to, with its steps."""

READ_BY_THE_NEW = ("compatible", "backward_compatible")


class Descent(NamedTuple):
    """A version, what it descends from, and how data goes up to it and back."""

    number: str
    ancestor: str | None
    verdict: str
    up: Steps
    down: Steps


def edges_of(descents: Iterable[Descent]) -> Edges:
    """Where no steps are needed, because the other schema takes the data as it is, the list is empty."""
    edges: defaultdict[str, dict[str, Steps]] = defaultdict(dict)
    for one in descents:
        if one.ancestor is None:
            continue
        if one.up or one.verdict in READ_BY_THE_NEW:
            edges[one.ancestor][one.number] = one.up
        if one.down or one.verdict == "compatible":
            edges[one.number][one.ancestor] = one.down
    return edges
