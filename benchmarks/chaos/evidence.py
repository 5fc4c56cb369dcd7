"""What a run that found something leaves behind for whoever looks into it: rows and arrivals, a JSON line each."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.chaos.far_end import Arrival
from events.models import OutboxEntry
from routing.models import Attempt, Delivery, RoutingTable

ENTRY = ("sequence", "event_id", "uuid", "partitionkey", "type", "accepted_at")
TABLE = ("version", "note", "published_at")


def keep(folder: Path, arrivals: Iterable[Arrival]) -> None:
    _write(folder / "entries.jsonl", OutboxEntry.objects.order_by("sequence").values(*ENTRY))
    _write(folder / "deliveries.jsonl", Delivery.objects.order_by("entry_id").values())
    _write(folder / "attempts.jsonl", Attempt.objects.order_by("id").values())
    _write(folder / "tables.jsonl", RoutingTable.objects.order_by("version").values(*TABLE))
    _write(folder / "arrivals.jsonl", (arrival._asdict() | {"data": ""} for arrival in arrivals))


def _write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w") as file:
        for row in rows:
            file.write(json.dumps(row, default=str) + "\n")
