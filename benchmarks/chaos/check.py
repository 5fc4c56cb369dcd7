"""The verdict on a run: the ledger, the tables and the far ends held against each other. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from benchmarks.chaos.far_end import Arrival
from benchmarks.chaos.findings import Findings
from benchmarks.chaos.layouts import BUS, LAYOUTS, NATS, NOWHERE, Route
from benchmarks.chaos.ledger import LARGE, MALFORMED, SOURCE, Outcome, Record
from benchmarks.chaos.order import Order
from benchmarks.chaos.tables import Row, Tables

POISONED = {LARGE: NATS, MALFORMED: BUS}
"""Where each kind of poison is refused."""
INJECTED = frozenset({"internal_failure"})
"""Errors that a fault made the bus give about single entries: enough of them kill an event rightly."""

Held = dict[tuple[str, str], list[Arrival]]


def examine(records: Iterable[Record], arrivals: Sequence[Arrival], tables: Tables) -> Findings:
    return Examination(records, arrivals, tables).findings()


class Examination:
    """The evidence, indexed by event id."""

    def __init__(self, records: Iterable[Record], arrivals: Sequence[Arrival], tables: Tables) -> None:
        self.records = {record.id: record for record in records}
        self.arrivals = arrivals
        self.tables = tables
        self.held: Held = defaultdict(list)
        for arrival in arrivals:
            self.held[arrival.event_id, arrival.destination].append(arrival)
        self.rows: dict[str, list[Row]] = defaultdict(list)
        for row in tables.rows:
            self.rows[row.event_id].append(row)

    def findings(self) -> Findings:
        found = Findings()
        self._count(found)
        found.unknown = sum(record.outcome is Outcome.UNKNOWN for record in self.records.values())
        found.per_destination = {place: self._counts_at(place) for place in (NATS, BUS)}
        found.phantom = list(self._phantom())
        found.duplicates = list(self._duplicates())
        order = Order(self.records, self.arrivals, self.route, self._known_again())
        found.disordered = list(order.violations())
        found.excused = order.excused
        found.altered = list(self._altered())
        found.stray = list(self._stray())
        found.wrongly_dead = list(self._wrongly_dead())
        found.untrue = list(self._untrue())
        return found

    def route(self, record: Record) -> Route | None:
        """By the tables that its rows name; None where none or more than one does."""
        versions = {row.version for row in self.rows[record.id]}
        if record.id in self.tables.unrouted:
            versions.add(self.tables.unrouted[record.id])
        layouts = [LAYOUTS.get(self.tables.layouts.get(version, "")) for version in versions]
        if len(layouts) != 1 or layouts[0] is None:
            return None
        return layouts[0].get(record.type, NOWHERE)

    def _count(self, found: Findings) -> None:
        for record in self.records.values():
            if record.outcome is not Outcome.ACCEPTED:
                continue
            found.accepted += 1
            fate = self._fate(record)
            if fate == "delivered":
                found.delivered += 1
            elif fate == "dead":
                found.dead += 1
            elif fate == "unrouted":
                found.unrouted += 1
            else:
                found.lost.append(f"{record.id}: {fate}")
            found.doubled += self._is_doubled(record)

    def _fate(self, record: Record) -> str:
        route = self.route(record)
        if route is None:
            return "no table says where it goes" if record.id in self.tables.stored else "not stored"
        if not route.places:
            return "unrouted" if record.id in self.tables.unrouted else "should be unrouted"
        dead = {row.destination for row in self.rows[record.id] if row.state == "dead"}
        here = {place for place in route.places if self.held.get((record.id, place))}
        missing = [place for place in route.each if place not in here | dead]
        if route.either and not here & set(route.either) and not dead & set(route.either):
            missing.append(" or ".join(route.either))
        if missing:
            return f"not at {', '.join(missing)}"
        return "dead" if dead else "delivered"

    def _is_doubled(self, record: Record) -> bool:
        route = self.route(record)
        return bool(route and route.either) and all(self.held.get((record.id, place)) for place in (NATS, BUS))

    def _counts_at(self, place: str) -> dict[str, int]:
        sizes = [len(found) for (_, destination), found in self.held.items() if destination == place]
        dead = sum(row.state == "dead" and row.destination == place for row in self.tables.rows)
        return {"delivered": len(sizes), "repeated": sum(sizes) - len(sizes), "dead": dead}

    def _phantom(self) -> Iterator[str]:
        for arrival in self.arrivals:
            record = self.records.get(arrival.event_id)
            if record is None or arrival.source != SOURCE:
                yield f"{arrival.event_id}: at {arrival.destination}, handed in by nobody"
            elif record.outcome is Outcome.ROLLED_BACK:
                yield f"{arrival.event_id}: at {arrival.destination}, rolled back"
        for event_id in self.tables.stored:
            record = self.records.get(event_id)
            if record is None or record.outcome is Outcome.ROLLED_BACK:
                yield f"{event_id}: stored, never accepted"

    def _duplicates(self) -> Iterator[str]:
        """Only a stream can tell a repeat; on the bus they are counted."""
        ids = Counter(arrival.dedup_id for arrival in self.arrivals if arrival.destination == NATS)
        yield from (f"{dedup_id}: {count} times on the stream" for dedup_id, count in ids.items() if count > 1)
        for (event_id, place), found in self.held.items():
            if place == NATS and len({arrival.dedup_id for arrival in found}) > 1:
                yield f"{event_id}: under several deduplication ids"

    def _known_again(self) -> Iterator[tuple[str, str]]:
        return ((row.event_id, row.destination) for row in self.tables.rows if row.duplicate)

    def _altered(self) -> Iterator[str]:
        for arrival in self.arrivals:
            record = self.records.get(arrival.event_id)
            if record is not None and record.data() != arrival.data:
                yield f"{record.id}: other data at {arrival.destination}"

    def _stray(self) -> Iterator[str]:
        for event_id, place in self.held:
            record = self.records.get(event_id)
            route = record and self.route(record)
            if route and place not in route.places:
                yield f"{event_id}: at {place}"

    def _wrongly_dead(self) -> Iterator[str]:
        for row in self.tables.rows:
            record = self.records.get(row.event_id)
            if row.state != "dead" or record is None:
                continue
            if POISONED.get(record.poison) != row.destination and row.error_class not in INJECTED:
                yield f"{row.event_id}: {row.error_class} at {row.destination}"

    def _untrue(self) -> Iterator[str]:
        if self.tables.waiting:
            yield f"{self.tables.waiting} entries and deliveries still wait"
        for row in self.tables.rows:
            held = self.held.get((row.event_id, row.destination), [])
            ids = {arrival.dedup_id for arrival in held}
            if row.state == "delivered" and f"{row.uuid}-{row.destination_id}" not in ids:
                yield f"{row.event_id}: delivered to {row.destination}, but not there"
            elif row.state == "delivered" and row.destination == NATS and row.receipt != held[0].place:
                yield f"{row.event_id}: receipt {row.receipt}, but it is {held[0].place}"
