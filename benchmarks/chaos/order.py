"""Whether the events of each key came in order. Pure.

Each destination is looked at by itself, because a FAILOVER rule splits a key's events over two, and by when it had an
event for the first time: what it had before is a repeat. One thing is excused, since no sender can do otherwise: event
A reached the first destination of its FAILOVER rule, then its follower B another one; the worker died before it could
write that down, and the first destination went down. Its successor cannot know, so A goes to the other destination,
and after it B once more.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from benchmarks.chaos.far_end import Arrival
from benchmarks.chaos.layouts import Route
from benchmarks.chaos.ledger import Record

RouteOf = Callable[[Record], Route | None]
Position = tuple[int, Arrival]


class Order:
    """`known_again` holds (event id, destination) where the destination said that it had the event already."""

    def __init__(
        self,
        records: Mapping[str, Record],
        arrivals: Sequence[Arrival],
        route_of: RouteOf,
        known_again: Iterable[tuple[str, str]],
    ) -> None:
        self.excused = 0
        self._records = records
        self._route_of = route_of
        self._known_again = set(known_again)
        self._first: dict[tuple[str, str], Position] = {}
        self._last: dict[tuple[str, str], Position] = {}
        for position in enumerate(arrivals):
            place = position[1].event_id, position[1].destination
            self._first.setdefault(place, position)
            self._last[place] = position

    def violations(self) -> Iterator[str]:
        """Events that came to a destination after a later one of their key, each with one that overtook it."""
        before: dict[tuple[str, str], list[Record]] = defaultdict(list)
        for event_id, destination in self._first:
            record = self._records.get(event_id)
            if record is None or record.key is None:
                continue
            overtakers = [other for other in before[record.key, destination] if other.number > record.number]
            before[record.key, destination].append(record)
            guilty = [other for other in overtakers if not self._is_excused(record, other, destination)]
            self.excused += bool(overtakers) and not guilty
            if guilty:
                name = f"number {record.number} of {record.key}"
                yield f"{record.id}: {name} at {destination} after {guilty[0].id}"

    def _is_excused(self, late: Record, overtaker: Record, destination: str) -> bool:
        route = self._route_of(late)
        if route is None or destination not in route.either:
            return False
        _, overtaking = self._first[overtaker.id, destination]
        elsewhere = [self._first.get((late.id, place)) for place in route.either if place != destination]
        reached_another_first = any(each and each[1].at < overtaking.at for each in elsewhere)
        return reached_another_first and self._came_again(overtaker, late, destination)

    def _came_again(self, record: Record, after: Record, destination: str) -> bool:
        if (record.id, destination) in self._known_again:
            return True
        return self._last[record.id, destination][0] > self._first[after.id, destination][0]
