"""When each part of the demo is really ready: by what it does, not by whether its process runs."""

import http.client
from collections.abc import Callable, Mapping
from datetime import datetime

from celery import Celery
from django.db import connection
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from routing.models import RelayWorker

Probe = Callable[[], bool]
WORKERS = ("relay@", "worker@")


def probes(
    port: int, app: Celery, since: datetime, beat_lines: Callable[[], list[str]], has_stream: Probe
) -> Mapping[str, Probe]:
    """What to ask each part, by the sentence that names what is missing."""
    return {
        "the web does not answer": lambda: web_answers(port),
        "the workers do not answer": lambda: workers_answer(app),
        "beat has not ticked": lambda: any("Sending due task" in line for line in beat_lines()),
        "no drain runs": lambda: drain_runs(since),
        "the stream has not been made": has_stream,
    }


def web_answers(port: int) -> bool:
    request = http.client.HTTPConnection("127.0.0.1", port, timeout=2.0)
    try:
        request.request("GET", "/healthz")
        return request.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        request.close()


def workers_answer(app: Celery) -> bool:
    try:
        answers = app.control.ping(timeout=0.5, limit=len(WORKERS))
    except (OperationalError, OSError):
        return False
    names = [name for answer in answers or [] for name in answer]
    return all(any(name.startswith(worker) for name in names) for worker in WORKERS)


def drain_runs(since: datetime) -> bool:
    """Whether a drain of this start, not of an earlier one, has signed in."""
    return RelayWorker.objects.filter(started_at__gte=since, expires_at__gt=Now()).exists()


def database_time() -> datetime:
    """The database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        (now,) = cursor.fetchone()
    # SQLite answers with a text.
    return now if isinstance(now, datetime) else datetime.fromisoformat(f"{now}+00:00")
