"""CPU time that processes have used, from /proc."""

import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
PARENT = 1
# In user and system mode, of the process and of its children that have ended.
USED = slice(11, 15)


def seconds(roots: Iterable[int]) -> float:
    """Of these processes and all their descendants; 0.0 where there is no /proc."""
    stats = {int(path.parent.name): found for path in PROC.glob("[0-9]*/stat") if (found := _fields(path))}
    children = defaultdict(list)
    for pid, fields in stats.items():
        children[int(fields[PARENT])].append(pid)
    ticks, left = 0, list(roots)
    while left:
        pid = left.pop()
        left += children[pid]
        if pid in stats:
            ticks += sum(map(int, stats[pid][USED]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _fields(path: Path) -> list[str]:
    """From the state on: the name before it, in brackets, may hold anything. None of a process that is gone."""
    try:
        return path.read_text().rpartition(")")[2].split()
    except OSError:
        return []
