"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """`runs` are those that count; one more goes before them and is dropped."""

    runs: int = 5
    events: int = 50_000
    keys: int = 10_000
    bus_events: int = 20_000
    rate: int = 200
    seconds: int = 8
    stage_events: int = 10_000


QUICK = Plan(runs=2, events=10_000, keys=2_000, bus_events=4_000, seconds=3, stage_events=2_500)
