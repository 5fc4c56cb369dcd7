"""All faults, by name."""

from benchmarks.chaos.faults import eventbridge, people, servers, workers
from benchmarks.chaos.faults.eventbridge import NORMAL
from benchmarks.chaos.faults.registry import FAULTS, Fault

__all__ = ["FAULTS", "NORMAL", "Fault", "eventbridge", "people", "servers", "workers"]
