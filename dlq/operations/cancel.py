"""Cancel an act on many: what it has done stays done, and it does no further slice."""

import structlog
from django.db import transaction
from django.db.models.functions import Now

from dlq.models import Operation
from dlq.operations.audited import SUBJECT, audited
from events.audit.record import record
from events.who import Actor, named

log = structlog.get_logger(__name__)

State = Operation.State


@transaction.atomic
def cancel(operation: Operation, *, by: Actor) -> bool:
    """Whether there was something to cancel. One that nobody has begun ends at once, else its worker ends it."""
    this = Operation.objects.filter(pk=operation.pk)
    before = audited(this.select_for_update().get())
    asked = {"cancel_requested": True, "cancelled_by": named(by)}
    asked_for = this.filter(state=State.WAITING).update(state=State.CANCELLED, finished_at=Now(), **asked)
    asked_for = asked_for or this.filter(state=State.RUNNING, cancel_requested=False).update(**asked)
    operation.refresh_from_db()
    if asked_for:
        record("operation.cancelled", SUBJECT, operation.uuid, before=before, after=audited(operation), by=by)
        log.info("operation.cancelled", operation=str(operation.uuid), by=named(by))
    return bool(asked_for) or operation.state == State.CANCELLED
