"""The product's own processes in the demo, in the order in which they are stopped."""

import sys
from collections.abc import Mapping
from pathlib import Path

from controlplane.embedded.child import Child
from controlplane.quickstart.output import Output

DRAINS_ON_SQLITE = 1
DRAINS = 2


def commands(listener: int, drains: int) -> dict[str, list[str]]:
    """The command lines by name; `listener` is the descriptor of the web's listening socket."""
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--quiet", "-A", "controlplane"]
    worker = [*celery, "worker", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    gunicorn = [*python, "gunicorn", "-c", "python:controlplane.gunicorn", "controlplane.wsgi:application"]
    return {
        "web": [*gunicorn, "--bind", f"fd://{listener}", "--workers", "2"],
        "beat": [*celery, "beat", "--pidfile", ""],
        "relay": [*worker, "-n", "relay@%h", "-Q", "relay", "-c", str(drains), "--pool", "prefork"],
        "worker": [*worker, "-n", "worker@%h", "-Q", "celery", "-c", "1"],
    }


def start(listener: int, drains: int, *, env: Mapping[str, str], cwd: Path, output: Output, into: list[Child]) -> None:
    """Start them all; `into` knows at any moment which run."""
    for name, command in commands(listener, drains).items():
        keep = [listener] if name == "web" else []
        into.append(Child(name, command, env=env, cwd=cwd, sink=output.sink(name), keep=keep))
