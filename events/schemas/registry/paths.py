"""How data of one version becomes data of another: the shortest way over the versions of a type."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from events.models import EventType, SchemaVersion
from events.schemas.evolution.path import shortest_path
from events.schemas.registry.edges import Descent, Edges, Steps, edges_of

__all__ = ["Descent", "Edges", "Leg", "Steps", "edges_of", "edges_of_type", "migration_path", "way_between"]


@dataclass(frozen=True, slots=True)
class Leg:
    """One migration of a path. Where it has no steps, `to` takes the data as it is."""

    start: str
    to: str
    steps: Steps


def migration_path(event_type: EventType, start: str, goal: str) -> list[Leg] | None:
    """The legs between two versions, none for a version and itself; None if no way leads there.

    Drafts count as well, so that one can be tried: nothing passes through them, for they have no descendants.
    """
    return legs_between(edges_of_type(event_type), start, goal)


def legs_between(edges: Edges, start: str, goal: str) -> list[Leg] | None:
    found = shortest_path({one: list(leads.items()) for one, leads in edges.items()}, start, goal)
    if found is None:
        return None
    return [Leg(one, other, edges[one][other]) for one, other in pairwise(found)]


def way_between(edges: Edges, start: str, goal: str) -> list[Steps] | None:
    """The steps of each leg, for whoever has the edges already."""
    legs = legs_between(edges, start, goal)
    return None if legs is None else [leg.steps for leg in legs]


def edges_of_type(event_type: EventType) -> Edges:
    return edges_of(descents(SchemaVersion.objects.filter(event_type=event_type)))


def descents(versions: Iterable[SchemaVersion]) -> Iterable[Descent]:
    """Of versions of one type."""
    numbers = {version.pk: version.version for version in versions}
    for version in versions:
        ancestor = numbers.get(version.ancestor_id) if version.ancestor_id else None
        yield Descent(version.version, ancestor, version.verdict, version.migration_up, version.migration_down)
