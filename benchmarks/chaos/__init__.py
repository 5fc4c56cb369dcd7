"""Faults at random moments while events flow, then a count of what really arrived: `python -m benchmarks.chaos`."""
