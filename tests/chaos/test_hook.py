"""Orders reach the process they are meant for, at the step they name, once."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.chaos.orders import carry_out
from tests.chaos.waiting import stopped

# Walks through the steps of batches until it is told not to, as a drain does.
WALKER = "import benchmarks.chaos.hook as hook\nwhile True:\n for step in ('claim', 'publish'): hook.observe(step)\n"

Walker = subprocess.Popen[bytes]


@pytest.fixture
def walker(tmp_path: Path) -> Iterator[Callable[[], Walker]]:
    with ExitStack() as running:

        def start() -> Walker:
            env = {**os.environ, "CHAOS_ORDERS": str(tmp_path / "walker.order")}
            process = running.enter_context(subprocess.Popen([sys.executable, "-c", WALKER], env=env))
            running.callback(process.kill)
            return process

        yield start


def order(tmp_path: Path, step: str, action: str, patience: float = 20.0) -> int | None:
    return carry_out(tmp_path / "walker.order", step=step, action=action, delay=0.0, patience=patience)


def test_a_process_kills_itself_at_the_step_it_was_ordered_to(walker: Callable[[], Walker], tmp_path: Path) -> None:
    process = walker()

    taken_by = order(tmp_path, "publish", "kill")

    assert taken_by == process.pid
    assert process.wait(10) == -signal.SIGKILL


def test_a_process_stops_itself_and_goes_on_when_told_to(walker: Callable[[], Walker], tmp_path: Path) -> None:
    process = walker()

    order(tmp_path, "claim", "stop")

    assert stopped(process.pid)
    process.send_signal(signal.SIGCONT)
    assert order(tmp_path, "claim", "kill") == process.pid


def test_an_order_nobody_takes_is_withdrawn(tmp_path: Path) -> None:
    assert order(tmp_path, "claim", "kill", patience=0.05) is None
    assert list(tmp_path.iterdir()) == []


def test_one_order_is_carried_out_by_one_process(walker: Callable[[], Walker], tmp_path: Path) -> None:
    processes = {process.pid: process for process in (walker(), walker())}

    taken_by = order(tmp_path, "claim", "kill")

    assert taken_by is not None
    assert processes.pop(taken_by).wait(10) == -signal.SIGKILL
    (other,) = processes.values()
    assert other.poll() is None
