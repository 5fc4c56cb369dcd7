"""The controller's side of `hook`: order a worker to do something to itself at a labelled step."""

import json
import time
from pathlib import Path

POLL_SECONDS = 0.01


def carry_out(order: Path, *, step: str, action: str, delay: float, patience: float) -> int | None:
    """Wait until a process has taken the order; returns its pid, None if none came to that step in time (seconds)."""
    written = order.with_suffix(".written")
    written.write_text(json.dumps({"step": step, "action": action, "delay": delay}))
    written.rename(order)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if pid := _taken(order):
            return pid
        time.sleep(POLL_SECONDS)
    # Nobody came; or somebody did just now.
    order.unlink(missing_ok=True)
    return _taken(order)


def _taken(order: Path) -> int | None:
    for taken in order.parent.glob(f"{order.name}.*"):
        taken.unlink()
        return int(taken.suffix[1:])
    return None
