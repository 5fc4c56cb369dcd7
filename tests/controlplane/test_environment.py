"""H36: whoever starts a process without a known environment is told that it is taken for production."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from controlplane.embedded.child import POLL_SECONDS, Child
from controlplane.embedded.ports import free_port
from controlplane.environment import misnamed

ROOT = Path(__file__).resolve().parents[2]
CELERY = ["celery", "--quiet", "-A", "controlplane"]
WEB = ["gunicorn", "-c", "python:controlplane.gunicorn", "controlplane.wsgi:application", "--workers", "2"]
WORKER = [*CELERY, "worker", "-c", "2", "--without-gossip", "--without-mingle", "--without-heartbeat"]
BEAT = [*CELERY, "beat", "--pidfile="]
UNSET = "ENVIRONMENT is not set. It is taken for production."
UNKNOWN = "ENVIRONMENT is 'prd', which is none of development, staging, production. It is taken for production."


def started(command: list[str], until: str, **changes: str) -> list[dict[str, Any]]:
    """What a process logs from its start up to a line with that text, or to its end."""
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    env = {name: value for name, value in os.environ.items() if name not in ("ENVIRONMENT", "DJANGO_SETTINGS_MODULE")}
    env |= {"SECRET_KEY": "x" * 60, "DATABASE_URL": "sqlite://:memory:", "LOG_FORMAT": "json", "LOG_STREAM": "stdout"}
    env |= {"REDIS_URL": nowhere, "CELERY_BROKER_URL": nowhere}
    lines: list[str] = []
    child = Child("started", [sys.executable, "-m", *command], env={**env, **changes}, cwd=ROOT, sink=lines.append)
    deadline = time.monotonic() + 20
    while not any(until in line for line in lines) and child.alive() and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    child.stop()
    return [json.loads(line) for line in lines if line.startswith("{")]


@pytest.mark.parametrize(
    ("command", "until"),
    [
        ([*WEB, "--bind", "127.0.0.1:0"], "Booting worker"),
        (WORKER, "celery.worker.consumer.consumer"),
        (BEAT, "celery.beat"),
    ],
    ids=["web", "worker", "beat"],
)
@pytest.mark.parametrize(("name", "words"), [(None, UNSET), ("prd", UNKNOWN)])
def test_h36_a_server_says_once_at_its_start_that_its_environment_is_none(
    command: list[str], until: str, name: str | None, words: str
) -> None:
    told = started(command, until, **({"ENVIRONMENT": name} if name else {}))

    [warning] = [line for line in told if line["event"] == "environment.misnamed"]
    assert (warning["level"], warning["message"], warning["hint"]) == ("warning", words, "Set ENVIRONMENT.")


def test_a_named_environment_is_no_line() -> None:
    told = started([*WEB, "--bind", "127.0.0.1:0"], "Booting worker", ENVIRONMENT="staging")

    assert told
    assert not [line for line in told if line["event"] == "environment.misnamed"]


def test_a_name_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "environment").write_text("staging")
    monkeypatch.delenv("ENVIRONMENT")
    monkeypatch.setenv("ENVIRONMENT_FILE", str(tmp_path / "environment"))

    assert misnamed() is None
