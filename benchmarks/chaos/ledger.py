"""What producers were told: one record for each event they ever tried to hand in."""

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from events.envelope import CloudEvent

SOURCE = "/chaos/producers"
LARGE, MALFORMED = "large", "malformed"
LARGE_BYTES = 80 * 1024
"""Over the chaos nats-server's limit, under EventBridge's."""


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    ROLLED_BACK = "rolled back"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Record:
    """An event: `number` counts those of its key in the order they were handed in; `poison` says what is wrong."""

    id: str
    type: str
    key: str | None = None
    number: int = 0
    poison: str = ""
    outcome: Outcome = Outcome.UNKNOWN

    def data(self) -> str:
        padding = "x" * LARGE_BYTES if self.poison == LARGE else self.poison
        return json.dumps({"id": self.id, "number": self.number, "padding": padding})

    def event(self) -> CloudEvent:
        return CloudEvent(
            id=self.id,
            source=SOURCE,
            type=self.type,
            datacontenttype="application/json",
            extensions={} if self.key is None else {"partitionkey": self.key},
            data=self.data(),
        )


class Ledger:
    """Kept in memory for the checker, and in a file for whoever looks into a failure."""

    def __init__(self, path: Path) -> None:
        self.records: list[Record] = []
        self.troubles: list[str] = []
        self._lock = threading.Lock()
        self._path = path

    def note(self, records: Iterable[Record]) -> None:
        with self._lock:
            self.records += records

    def trouble(self, text: str) -> None:
        """An answer no producer should ever get."""
        with self._lock:
            self.troubles.append(text)

    def write(self) -> None:
        lines = (f"{each.outcome}\t{each.id}\t{each.type}\t{each.key}\t{each.number}\t{each.poison}\n"
                 for each in self.records)  # fmt: skip
        self._path.write_text("".join(lines))
