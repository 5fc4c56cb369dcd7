"""Waiting for what another process does to itself."""

import time
from pathlib import Path


def stopped(pid: int, seconds: float = 10.0) -> bool:
    """Whether the process comes to be stopped (SIGSTOP) within that time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        # "pid (name) state ..."
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T":
            return True
        time.sleep(0.01)
    return False
