"""The product's web server, as deployments run it, on the database of the tests."""

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from controlplane.embedded.child import POLL_SECONDS, Child, Sink, silent
from controlplane.embedded.ports import LOOPBACK
from controlplane.quickstart.readiness import web_answers

ROOT = Path(__file__).resolve().parents[2]
GUNICORN = [sys.executable, "-m", "gunicorn", "-c", "python:controlplane.gunicorn", "controlplane.wsgi:application"]
# Nothing listens there: a wake-up hint that cannot be given delays nobody.
NO_REDIS = "redis://127.0.0.1:1/0"


@contextmanager
def serving(database_url: str, sink: Sink = silent) -> Iterator[str]:
    """The address of a running server; its last lines are shown if it dies."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        env = {
            **os.environ, "DJANGO_SETTINGS_MODULE": "controlplane.settings", "ENVIRONMENT": "development",
            "SECRET_KEY": "tests-only", "DATABASE_URL": database_url, "REDIS_URL": NO_REDIS,
            "CELERY_BROKER_URL": NO_REDIS, "SECURE_SSL_REDIRECT": "false",
        }  # fmt: skip
        command = [*GUNICORN, "--bind", f"fd://{listener.fileno()}", "--workers", "1", "--log-level", "warning"]
        port = listener.getsockname()[1]
        child = Child("web", command, env=env, cwd=ROOT, sink=sink, keep=[listener.fileno()])
        try:
            deadline = time.monotonic() + 30
            while child.alive() and not web_answers(port) and time.monotonic() < deadline:
                time.sleep(POLL_SECONDS)
            assert child.alive(), "\n".join(child.lines)
            yield f"http://{LOOPBACK}:{port}"
        finally:
            child.stop()
