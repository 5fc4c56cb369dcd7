"""How gunicorn serves the web: `gunicorn -c python:controlplane.gunicorn controlplane.wsgi`.

What it reads itself still counts: PORT or `--bind`, WEB_CONCURRENCY for the number of processes, GUNICORN_CMD_ARGS.
"""

import gc
import os
from pathlib import Path
from typing import Any

from prometheus_client.multiprocess import mark_process_dead

from controlplane.access.unparsed import answer_problems
from controlplane.environment import warn_if_misnamed

# The logger of the next lines reads the settings, before the application names them.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "controlplane.settings")
answer_problems()
threads = 4
# The most there is: filters may be long, and percent-encoded.
limit_request_line = 8190
timeout = 60
graceful_timeout = 30
# Above the 60 s of the usual load balancer, which would else reuse a connection that is just being closed.
keepalive = 75
# Heartbeats in memory: on a slow or read-only disk they would fail. The control socket would be a file in $HOME.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True
accesslog = "-"
logger_class = "controlplane.logs.web.Logger"


def on_starting(server: Any) -> None:
    """Once, before there is any worker."""
    warn_if_misnamed()


def post_worker_init(worker: Any) -> None:
    """What the first request would wait for, done ahead: by then Django is set up, and the process is forked."""
    from django.urls import resolve

    from events.pii.keys.background import ask_for_all

    resolve("/api/v1/events")
    ask_for_all()
    # All of this stays to the end: each full collection would walk through it, and a request would wait for that.
    gc.collect()
    gc.freeze()


def child_exit(server: Any, worker: Any) -> None:
    """Gauges of a process that is gone count no more."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
