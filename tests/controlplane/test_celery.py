"""What Celery is told: messages that may be lost, and a broker that may be away."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.test import Client
from kombu.exceptions import OperationalError

from controlplane.celery import DRAIN, RELAY_QUEUE, app
from controlplane.embedded.ports import free_port
from controlplane.embedded.valkey import ValkeyServer

ROOT = Path(__file__).resolve().parents[2]
FORK = """
import os
from routing.relay import shutdown

before = shutdown.requested()
pid = os.fork()
if not pid:
    shutdown.request()
    os._exit(0)
os.waitpid(pid, 0)
print(before, shutdown.requested())
"""


def test_a_message_without_a_broker_fails_at_once() -> None:
    """H3: publishing neither hangs nor repeats when Redis is away."""
    begun = time.monotonic()

    with app.connection_for_write(f"redis://127.0.0.1:{free_port()}/0") as gone, pytest.raises(OperationalError):
        app.send_task(DRAIN, connection=gone)

    assert time.monotonic() - begun < 2


def test_drains_have_a_queue_of_their_own(valkey: ValkeyServer) -> None:
    with app.connection_for_write(valkey.url) as connection:
        app.send_task(DRAIN, connection=connection)
        app.send_task("routing.tasks.check_destinations", connection=connection)

        assert connection.SimpleQueue(RELAY_QUEUE).qsize() == 1
        assert connection.SimpleQueue("celery").qsize() == 1


def test_only_json_is_accepted() -> None:
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"


def test_a_forked_process_shares_the_word_to_end() -> None:
    """H15: a prefork task does not hear a warm shutdown by itself."""
    answer = subprocess.run(
        [sys.executable, "-c", FORK], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=True
    )

    assert answer.stdout.split() == ["False", "True"]


def test_the_web_says_that_it_serves() -> None:
    answer = Client().get("/healthz")

    assert answer.status_code == 200
    assert answer.content == b"ok\n"
