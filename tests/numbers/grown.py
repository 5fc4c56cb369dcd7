"""How samples of this process grow."""

from collections.abc import Callable

import pytest
from prometheus_client import REGISTRY

Read = Callable[..., float]


@pytest.fixture
def grown() -> Read:
    """By how much a sample has grown since the test began."""
    before = {(s.name, *sorted(s.labels.items())): s.value for metric in REGISTRY.collect() for s in metric.samples}

    def read(name: str, **labels: str) -> float:
        full = f"event_control_plane_{name}"
        now = REGISTRY.get_sample_value(full, labels) or 0.0
        return now - before.get((full, *sorted(labels.items())), 0.0)

    return read
