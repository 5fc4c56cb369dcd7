"""What is printed and kept of a run."""

import json
from collections import Counter
from pathlib import Path

from benchmarks.chaos.findings import Findings, Result
from benchmarks.chaos.report import details, entry, keep, table


def result(seed: int, **findings: object) -> Result:
    found = Findings(accepted=3, delivered=2, dead=1)
    for name, value in findings.items():
        setattr(found, name, value)
    return Result(seed, 0.5, found, Counter({"nats killed": 2, "web killed": 1}))


def test_a_run_replaces_the_one_with_its_seed(tmp_path: Path) -> None:
    path = tmp_path / "chaos.json"

    for run in (result(2), result(1, lost=["a: not stored"]), result(1)):
        keep(entry(run), "2 cores", path)

    kept = json.loads(path.read_text())
    assert kept["machine"] == "2 cores"
    assert [(run["seed"], run["lost"]) for run in kept["runs"]] == [(1, 0), (2, 0)]


def test_what_is_kept_has_counts_and_the_table_shows_them() -> None:
    run = entry(result(7, disordered=["a: number 1 of k at nats after b"]))

    assert (run["disordered"], run["lost"], run["passed"]) == (1, 0, False)
    assert run["faults"] == {"nats killed": 2, "web killed": 1}
    assert table([run]).splitlines()[-1] == "| 7 | 0.5 | 3 | 2 | 1 | 0 | 0 | 0 | 0 | 1 | 3 |"


def test_what_is_wrong_is_told_with_examples() -> None:
    assert "lost: 1\n    a: not stored" in details(result(1, lost=["a: not stored"]))


def test_trouble_with_the_run_itself_fails_it() -> None:
    run = result(1)
    run.troubles.append("drained: not within 120 s")

    assert not run.passed
    assert "trouble: drained: not within 120 s" in details(run)
