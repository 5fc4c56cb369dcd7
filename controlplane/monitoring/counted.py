"""Where the metrics of several processes come together: a folder they share, PROMETHEUS_MULTIPROC_DIR."""

import os
from pathlib import Path
from typing import Any

import structlog
from celery.signals import worker_init, worker_process_shutdown
from prometheus_client import REGISTRY, CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

log = structlog.get_logger(__name__)


def shared_folder() -> str:
    """Where the processes keep their counts for each other; empty if each is on its own."""
    return os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")


def registry() -> CollectorRegistry:
    """What this process counted, or all that share the folder."""
    found = CollectorRegistry()
    if shared_folder():
        MultiProcessCollector(found)  # type: ignore[no-untyped-call]
    else:
        found.register(REGISTRY)
    return found


@worker_init.connect
def serve_of_worker(**_: Any) -> None:
    """A Celery worker has no web: its main process serves what its children count, on METRICS_PORT."""
    port = os.environ.get("METRICS_PORT", "")
    if not port:
        return
    if not shared_folder():
        log.error("metrics.not_served", reason="PROMETHEUS_MULTIPROC_DIR is not set")
        return
    # The collector wants the folder to be there; the settings, which make it, may not have been read yet.
    Path(shared_folder()).mkdir(parents=True, exist_ok=True)
    # For Prometheus to reach it from another machine; nothing is served unless a port is named.
    start_http_server(int(port), os.environ.get("METRICS_HOST", "0.0.0.0"), registry())  # noqa: S104
    log.info("metrics.served", port=int(port))


@worker_process_shutdown.connect
def forget_process(pid: int | None = None, **_: Any) -> None:
    """Gauges of a process that is gone count no more; its counters stay."""
    if shared_folder():
        mark_process_dead(pid or os.getpid())  # type: ignore[no-untyped-call]
