"""A process of ours: in a session of its own, never longer alive than we are, its last words kept."""

import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from controlplane.embedded.child import Child

ROOT = Path(__file__).resolve().parents[2]
PATIENT = "import time; print('begun', flush=True); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {PATIENT}"
PARENT = f"""
import sys, time
sys.path.insert(0, {str(ROOT)!r})
from controlplane.embedded.child import Child
child = Child("child", [sys.executable, "-c", {PATIENT!r}], sink=lambda line: print(child.pid, flush=True))
time.sleep(60)
"""


class Ear:
    """A sink that can be waited for."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.heard = threading.Event()

    def __call__(self, line: str) -> None:
        self.lines.append(line)
        self.heard.set()

    def wait(self) -> None:
        assert self.heard.wait(10)


def python(program: str, sink: Ear) -> Child:
    return Child("child", [sys.executable, "-c", program], sink=sink)


@pytest.fixture
def ear() -> Ear:
    return Ear()


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_it_ends_when_asked(ear: Ear) -> None:
    child = python(PATIENT, ear)
    ear.wait()

    child.stop()

    assert child.status == -signal.SIGTERM
    assert not alive(child.pid)


def test_it_is_killed_when_it_does_not_end_in_time(ear: Ear) -> None:
    child = python(STUBBORN, ear)
    ear.wait()

    child.stop(grace=0.1)

    assert child.status == -signal.SIGKILL


def test_its_last_lines_and_status_are_kept(ear: Ear) -> None:
    child = python("print('one'); print('two'); raise SystemExit(3)", ear)

    assert child.wait(10)

    assert child.status == 3
    assert child.tail(1) == "two"
    assert ear.lines == ["one", "two"]


def test_what_it_left_behind_in_its_session_ends_with_it(ear: Ear) -> None:
    forks = "import os, signal; pid = os.fork(); print(pid, flush=True) if pid else 0; signal.pause()"
    child = python(forks, ear)
    ear.wait()
    death = os.pidfd_open(int(ear.lines[0]))

    child.kill()

    assert _ends(death)


def test_a_signal_to_our_group_does_not_reach_it(ear: Ear) -> None:
    """Ctrl-C goes to the whole group: who is to be stopped in order must not be in it."""
    child = python(PATIENT, ear)
    ear.wait()

    assert os.getsid(child.pid) == child.pid
    assert os.getpgid(child.pid) != os.getpgid(0)

    child.stop()


def test_it_outlives_the_thread_that_started_it(ear: Ear) -> None:
    """Linux sends the death signal when the thread that forked ends."""
    started: list[Child] = []
    thread = threading.Thread(target=lambda: started.append(python(PATIENT, ear)))
    thread.start()
    thread.join()
    ear.wait()

    assert not started[0].wait(0.2)

    started[0].stop()


def test_it_dies_when_its_parent_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent, parent.stdout:
        pid = int(parent.stdout.readline())
        death = os.pidfd_open(pid)

        parent.kill()
        parent.wait()

        assert _ends(death)


def _ends(pidfd: int) -> bool:
    ready, _, _ = select.select([pidfd], [], [], 10)
    os.close(pidfd)
    return bool(ready)


def test_a_program_that_does_not_exist_says_so(ear: Ear) -> None:
    child = Child("child", ["/nonexistent/program"], sink=ear)

    assert child.wait(10)

    assert "No such file" in child.tail()
