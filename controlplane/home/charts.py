"""The charts of the last hour and the last day: what the script draws, and the same as a table and a sentence. Pure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from controlplane.home.words import counted
from routing.numbers.read import Series

Span = Literal["hour", "day"]

OUTCOMES = ("accepted", "delivered", "failed", "dead", "unrouted")
BUCKET: dict[Span, str] = {"hour": "minute", "day": "hour"}
HEADINGS = ("Accepted", "Delivered", "Failed tries", "Dead", "Unrouted")


@dataclass(frozen=True, slots=True)
class Chart:
    """One span. `rows` are the newest first, without those in which nothing happened; `now` begins what is not over."""

    span: Span
    title: str
    summary: str
    data: str
    rows: list[tuple[datetime, list[int]]]
    now: datetime

    @property
    def note(self) -> str:
        """The lines dip at their end for no other reason than that it is not over."""
        return f"Dotted: this {BUCKET[self.span]}, so far."

    @property
    def headings(self) -> tuple[str, ...]:
        return HEADINGS


def chart(span: Span, series: Series) -> Chart:
    by_outcome = [series.by_outcome[outcome] for outcome in OUTCOMES]
    rows = [(label, [counts[place] for counts in by_outcome]) for place, label in enumerate(series.labels)]
    return Chart(
        span=span,
        title=f"Last {span}",
        summary=_summary(span, by_outcome),
        data=_data(series),
        rows=[row for row in reversed(rows) if any(row[1])],
        now=series.labels[-1],
    )


def _summary(span: Span, by_outcome: list[list[int]]) -> str:
    accepted, delivered, failed, dead, unrouted = map(sum, by_outcome)
    tries = counted(failed, "failed try", "failed tries")
    return (
        f"In the last {span}: {accepted:,} accepted, {delivered:,} delivered, {tries}, {dead:,} dead, "
        f"{unrouted:,} unrouted."
    )


def _data(series: Series) -> str:
    """For the script: times in UTC, to be shown as they are."""
    counts = {outcome: series.by_outcome[outcome] for outcome in OUTCOMES}
    return json.dumps({"labels": list(_labels(series.labels)), **counts})


def _labels(moments: list[datetime]) -> Iterator[str]:
    return (f"{moment:%H:%M}" for moment in moments)
