"""Runs the demo as a person does: in a copy of the checkout, by its command, with signals to its group."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("controlplane", "dlq", "events", "routing", "manage.py")
SECONDS = 90
READY = "Ready after"


def copy_checkout(to: Path) -> Path:
    for name in SOURCES:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, to / name)
    return to


def environment(**changes: str) -> dict[str, str]:
    """That of a person who has nothing set up."""
    dropped = ("AWS_", "DJANGO_", "REDIS_", "CELERY_", "DATABASE_", "TEST_", "PORT", "ENVIRONMENT", "SECRET_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {**kept, "PYTHONUNBUFFERED": "1", **changes}


class DemoRun:
    """A context manager: started on entry, killed on exit if it still runs."""

    def __init__(self, checkout: Path, **changes: str) -> None:
        self.checkout = checkout
        self.lines: list[str] = []
        self._ready = threading.Event()
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "quickstart"],
            cwd=checkout,
            env=environment(**changes),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def services(self) -> dict[str, Any]:
        known: dict[str, Any] = json.loads((self.checkout / ".quickstart" / "services.json").read_text())
        return known

    def wait_until_ready(self) -> None:
        assert self._ready.wait(SECONDS), self.text
        # Also said when its output ends.
        assert any(line.startswith(READY) for line in self.lines), self.text

    def interrupt(self) -> int:
        """Ctrl-C; the exit status."""
        os.killpg(self._process.pid, signal.SIGINT)
        return self.wait()

    def wait(self) -> int:
        status = self._process.wait(SECONDS)
        self._reader.join(SECONDS)
        return status

    def descendants(self) -> dict[int, str]:
        """Every process of the demo but the first, with its command line."""
        parents = {pid: parent for pid, parent in _parents()}
        ours = {self._process.pid}
        while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
            ours |= more
        return {pid: _command_line(pid) for pid in ours - {self._process.pid}}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Its children end with it.
        self._process.kill()
        self._process.wait()
        self._reader.join(SECONDS)

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stream:
            for line in stream:
                self.lines.append(line.rstrip())
                if line.startswith(READY):
                    self._ready.set()
        self._ready.set()


def _parents() -> list[tuple[int, int]]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            found.append((int(folder.name), int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])))
    return found


def _command_line(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""
