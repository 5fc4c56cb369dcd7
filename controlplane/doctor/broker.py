"""What carries the work: the broker, the workers at its queues, the drains, and beat."""

from collections.abc import Iterator
from typing import Any

from celery import Celery
from django.conf import settings
from kombu.exceptions import OperationalError

from controlplane.celery import RELAY_QUEUE, app
from controlplane.doctor.finding import Finding, error, good, warning
from controlplane.version import BUILD
from events.clock import database_now
from routing.models import RelayWorker
from routing.numbers.read import read_standing, workers_alive

REPLY_SECONDS = 1.5
QUEUES = ("celery", RELAY_QUEUE)
START = {
    "celery": "celery -A controlplane worker -Q celery",
    RELAY_QUEUE: "celery -A controlplane worker -Q relay --pool prefork -c <one per core>",
}


def broker(at: Celery = app) -> Iterator[Finding]:
    try:
        with at.connection_for_write() as link:
            link.ensure_connection(max_retries=1, timeout=2)
        queues, builds = _asked(at, "active_queues"), _asked(at, "code_build")
    except (OperationalError, OSError) as failure:
        fix = "Start Redis or Valkey, or correct REDIS_URL. Running drains go on by themselves; new ones wait for it."
        yield error("broker", f"it does not answer ({type(failure).__name__})", fix)
        return
    yield good("broker", f"it answers ({settings.CELERY_BROKER_URL.partition(':')[0]})")
    yield from _workers(queues)
    yield from _versions(builds)


def _asked(at: Celery, what: str) -> dict[str, Any]:
    """What each worker answers, by its name."""
    answers = at.control.broadcast(what, reply=True, timeout=REPLY_SECONDS) or []
    return {name: answer for each in answers for name, answer in each.items()}


def _workers(queues: dict[str, Any]) -> Iterator[Finding]:
    for queue in QUEUES:
        there = sorted(name for name, served in queues.items() if queue in {each["name"] for each in served})
        if there:
            yield good(f"worker.{queue}", f"{len(there)} at the queue {queue}")
        else:
            yield error(f"worker.{queue}", f"no worker answers at the queue {queue}", f"Start one: {START[queue]}")


def _versions(builds: dict[str, Any]) -> Iterator[Finding]:
    other = sorted(name for name, build in builds.items() if build != BUILD)
    if other:
        what = f"{len(other)} of {len(builds)} workers run other code than is here ({BUILD})"
        yield warning("worker.code", what, "Restart them, unless an upgrade is under way.")
    elif builds:
        yield good("worker.code", "all workers run the code that is here")


def drains() -> Iterator[Finding]:
    alive = workers_alive()
    gone = RelayWorker.objects.filter(expires_at__lt=database_now()).count()
    if not alive:
        fix = f"Start a worker for the queue {RELAY_QUEUE}, and beat, which starts its drains."
        yield error("drains", "no drain runs: events are accepted and wait", fix)
        return
    yield good("drains", f"{alive} run")
    if gone:
        fix = "Look for `batches.taken_over`, and for the out-of-memory killer, in the logs."
        yield warning("drains.died", f"{gone} ended in the last hour without giving back their leases", fix)


def beat() -> Iterator[Finding]:
    ago = read_standing().measured_seconds_ago
    if ago is None or not read_standing().beat_alive:
        what = "nothing was measured yet" if ago is None else f"the last measure is {ago:.0f} s old"
        fix = "Start beat (celery -A controlplane beat), and a worker for the queue celery, which does what it asks."
        yield error("beat", what, fix)
    else:
        yield good("beat", f"its tasks are done; the last measure is {ago:.0f} s old")
