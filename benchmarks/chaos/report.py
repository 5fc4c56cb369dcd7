"""What a run prints, and the file the runs are kept in."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.chaos.findings import Result

FATES = ("accepted", "delivered", "dead", "unrouted")
COLUMNS = ("seed", "minutes", *FATES, "lost", "phantom", "duplicates", "disordered")
SHOWN = 5
"""Examples of each thing that is wrong."""


def entry(result: Result) -> dict[str, Any]:
    """A run as it is kept."""
    found = result.findings
    wrong = {name: len(getattr(found, name)) for name in found.WRONG}
    counts = {name: getattr(found, name) for name in (*FATES, "unknown", "doubled", "excused")}
    return {
        "seed": result.seed,
        "minutes": result.minutes,
        **counts,
        **wrong,
        "destinations": found.per_destination,
        "faults": dict(sorted(result.faults.items())),
        "passed": result.passed,
    }


def table(runs: Iterable[dict[str, Any]]) -> str:
    """Markdown, so that it can be pasted."""
    lines = [_row((*COLUMNS, "faults")), _row(["---:"] * (len(COLUMNS) + 1))]
    lines += [_row([*(f"{run[name]:g}" for name in COLUMNS), sum(run["faults"].values())]) for run in runs]
    return "\n".join(lines)


def _row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def details(result: Result) -> str:
    found = result.findings
    lines = [f"{place}: {', '.join(f'{count} {what}' for what, count in counts.items())}"
             for place, counts in found.per_destination.items()]  # fmt: skip
    lines.append(f"at both places of a FAILOVER: {found.doubled}, of these late for a good reason: {found.excused}")
    lines.append(f"without an answer to the end: {found.unknown}")
    for name, examples in found.wrong().items():
        lines += [f"{name}: {len(examples)}", *(f"    {each}" for each in examples[:SHOWN])]
    lines += [f"trouble: {each}" for each in result.troubles[: 4 * SHOWN]]
    return "\n".join(lines)


def kept_runs(path: Path) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = json.loads(path.read_text())["runs"] if path.exists() else []
    return runs


def keep(run: dict[str, Any], machine: str, path: Path) -> None:
    """Replace the run of the same seed."""
    runs = [each for each in kept_runs(path) if each["seed"] != run["seed"]] + [run]
    kept = {"machine": machine, "runs": sorted(runs, key=lambda each: each["seed"])}
    path.write_text(json.dumps(kept, indent=1) + "\n")
