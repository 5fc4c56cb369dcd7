"""What the routing tables of a run say, in plain words: the checker's own idea of them, apart from the product's."""

from collections.abc import Mapping
from dataclasses import dataclass

NATS, BUS = "nats", "eventbridge"

SCHEMA = "com.example.chaos.schema.changed"
BRANCH = "com.example.chaos.branch.moved"
ACTION = "com.example.chaos.action.done"
SYSTEM = "com.example.chaos.system.noted"
LOOSE = "com.example.chaos.loose.end"
TYPES = (SCHEMA, BRANCH, ACTION, SYSTEM, LOOSE)


@dataclass(frozen=True, slots=True)
class Route:
    """Where the events of a type go: to `each` of these, and to one of `either` (the first that is up)."""

    each: tuple[str, ...] = ()
    either: tuple[str, ...] = ()

    @property
    def places(self) -> frozenset[str]:
        return frozenset(self.each + self.either)


Layout = Mapping[str, Route]
NOWHERE = Route()

LAYOUTS: Mapping[str, Layout] = {
    "plain": {
        SCHEMA: Route(each=(NATS, BUS)),
        BRANCH: Route(either=(NATS, BUS)),
        ACTION: Route(each=(NATS,)),
        SYSTEM: Route(each=(BUS,)),
    },
    "crossed": {
        SCHEMA: Route(each=(BUS, NATS)),
        BRANCH: Route(either=(BUS, NATS)),
        ACTION: Route(each=(BUS,)),
        SYSTEM: Route(each=(NATS,)),
        LOOSE: Route(each=(NATS,)),
    },
    "narrow": {
        SCHEMA: Route(each=(NATS,)),
        BRANCH: Route(either=(NATS, BUS)),
        ACTION: Route(either=(BUS, NATS)),
    },
}
FIRST = "plain"
