"""A run's evidence, built by hand: all is well with it until a test changes something."""

from dataclasses import dataclass, field

from benchmarks.chaos.check import examine
from benchmarks.chaos.far_end import Arrival
from benchmarks.chaos.findings import Findings
from benchmarks.chaos.layouts import BUS, NATS
from benchmarks.chaos.ledger import SOURCE, Outcome, Record
from benchmarks.chaos.tables import Row, Tables

IDS = {NATS: 1, BUS: 2}


@dataclass
class Scene:
    """`records`, `arrivals` and `tables` are what the checker gets."""

    records: list[Record] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    tables: Tables = field(default_factory=lambda: Tables(layouts={1: "plain", 2: "crossed"}))

    def record(
        self,
        event_id: str,
        type_: str,
        *,
        key: str | None = None,
        number: int = 0,
        poison: str = "",
        outcome: Outcome = Outcome.ACCEPTED,
    ) -> Record:
        """Handed in, stored unless rolled back."""
        record = Record(event_id, type_, key, number, poison, outcome)
        self.records.append(record)
        if outcome is Outcome.ACCEPTED:
            self.tables.stored[event_id] = event_id * 2
        return record

    def arrive(self, record: Record, place: str) -> Arrival:
        """A message at a destination, known to no table."""
        dedup_id = f"{record.id * 2}-{IDS[place]}"
        position = "" if place == BUS else f"EVENTS:{len(self.arrivals) + 1}"
        moment = float(len(self.arrivals))
        arrival = Arrival(place, record.id, dedup_id, SOURCE, record.data(), position, moment)
        self.arrivals.append(arrival)
        return arrival

    def deliver(self, record: Record, *places: str, version: int = 1) -> None:
        """Messages with their rows."""
        for place in places:
            arrival = self.arrive(record, place)
            self.row(record, place, "delivered", version=version, receipt=arrival.place)

    def row(
        self,
        record: Record,
        place: str,
        state: str,
        *,
        version: int = 1,
        receipt: str | None = None,
        error_class: str | None = None,
    ) -> None:
        self.tables.rows.append(Row(record.id, record.id * 2, place, IDS[place], state, version, receipt, error_class))

    def examine(self) -> Findings:
        return examine(self.records, self.arrivals, self.tables)
