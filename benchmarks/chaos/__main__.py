"""`python -m benchmarks.chaos`: SEED, SEEDS (`1..10`) and MINUTES from the environment, or as options."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.chaos.process import STARTED
from benchmarks.chaos.report import details, entry, keep, kept_runs, table
from benchmarks.chaos.run import run

KEPT = Path(__file__).resolve().parent.parent / "chaos.json"


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED") or 1))
    parser.add_argument("--seeds", type=seeds, default=seeds(os.environ.get("SEEDS", "")), help="such as 1..10")
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("MINUTES") or 2))
    parser.add_argument("--output", type=Path, default=KEPT, help="where runs are kept")
    parser.add_argument("--keep-logs", action="store_true", help="also of a run that passed")
    return parser.parse_args()


def seeds(text: str) -> list[int]:
    first, _, last = text.partition("..")
    return list(range(int(first), int(last or first) + 1)) if first else []


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chosen = options()
    if chosen.seeds:
        return several(chosen)
    return one(chosen)


def several(chosen: argparse.Namespace) -> int:
    """Each in a process of its own: settings are read once in a process."""
    failed = []
    for seed in chosen.seeds:
        words = ["--seeds", "", "--seed", str(seed), "--minutes", str(chosen.minutes), "--output", str(chosen.output)]
        words += ["--keep-logs"] if chosen.keep_logs else []
        command = [sys.executable, "-m", "benchmarks.chaos", *words]
        if subprocess.run(command, check=False).returncode:
            failed.append(seed)
    print(table([run for run in kept_runs(chosen.output) if run["seed"] in chosen.seeds]))
    print(f"{len(chosen.seeds) - len(failed)} of {len(chosen.seeds)} seeds passed; failed: {failed or 'none'}")
    return 1 if failed else 0


def one(chosen: argparse.Namespace) -> int:
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    say(f"seed {chosen.seed}; logs in {folder}")
    result = run(chosen.seed, chosen.minutes, folder, say)
    kept = entry(result)
    keep(kept, result.machine, chosen.output)
    print(table([kept]), details(result), sep="\n", flush=True)
    if result.passed and not chosen.keep_logs:
        shutil.rmtree(folder)
    else:
        print(f"Logs: {folder}")
    if not result.passed:
        print(f"FAILED. Again with: make chaos SEED={chosen.seed} MINUTES={chosen.minutes:g}", flush=True)
    return 0 if result.passed else 1


def say(text: str) -> None:
    print(f"{time.monotonic() - STARTED:7.1f}  {text}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
