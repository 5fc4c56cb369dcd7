"""A short run with everything real. `make chaos` is the long one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

LOAD_MINUTES = 0.35
SEED = 4


@pytest.mark.timeout(240)
def test_h1_h3_h5_nothing_is_lost_invented_repeated_or_out_of_order_whatever_breaks(tmp_path: Path) -> None:
    kept = tmp_path / "chaos.json"
    words = ["--seed", str(SEED), "--minutes", str(LOAD_MINUTES), "--output", str(kept)]

    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.chaos", *words], capture_output=True, text=True, timeout=220, check=False
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    (run,) = json.loads(kept.read_text())["runs"]
    assert [run[name] for name in ("lost", "phantom", "duplicates", "disordered")] == [0, 0, 0, 0]
    assert run["accepted"] == run["delivered"] + run["dead"] + run["unrouted"] > 500
    assert sum(run["faults"].values()) >= 5
