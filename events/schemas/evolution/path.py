"""The shortest way over the versions of a type."""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import TypeVar

Key = TypeVar("Key")
Edges = Mapping[Key, Mapping[Key, object] | Iterable[tuple[Key, object]]]


def shortest_path(edges: Edges[Key], start: Key, goal: Key) -> list[Key] | None:
    """The keys from `start` to `goal`, both included, over the fewest edges; of equals the one that comes first.

    None if no way leads there. What is at an edge, steps say, does not matter.
    """
    before: dict[Key, Key] = {}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        if here == goal:
            return _back(before, start, goal)
        for ahead in _ahead(edges, here):
            if ahead not in before and ahead != start:
                before[ahead] = here
                waiting.append(ahead)
    return None


def _ahead(edges: Edges[Key], here: Key) -> Iterable[Key]:
    found = edges.get(here, ())
    return found if isinstance(found, Mapping) else [key for key, _ in found]


def _back(before: Mapping[Key, Key], start: Key, goal: Key) -> list[Key]:
    way = [goal]
    while way[-1] != start:
        way.append(before[way[-1]])
    return way[::-1]
