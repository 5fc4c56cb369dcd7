"""Ask for an act on many: it is written down, and done in the background."""

from datetime import datetime

import structlog
from django.db import transaction

from dlq.models import Operation
from dlq.operations.audited import SUBJECT, audited
from dlq.operations.errors import MoreThanExpectedError, ReasonRequiredError
from dlq.operations.plan import plan
from dlq.operations.subject import Subject
from dlq.tasks import announce
from events.audit.record import record
from events.who import Actor, named

log = structlog.get_logger(__name__)


@transaction.atomic
def start(
    kind: str,
    subject: Subject,
    *,
    by: Actor,
    reason: str = "",
    expected_count: int | None = None,
    as_of: datetime | None = None,
    rate: int | None = None,
    announced: bool = True,
) -> Operation:
    """Note an act on many, for workers to do.

    It is about what was dead, or unrouted, at `as_of`: what somebody was shown then, or what there is now. With `rate`
    it takes at most so many a second. Without `announced`, workers find it within seconds by themselves, if the caller
    does not do it. Raises ReasonRequiredError, MoreThanExpectedError (than `expected_count`), QueryError and
    SearchTimeoutError.
    """
    if kind == Operation.Kind.DISCARD and not reason.strip():
        raise ReasonRequiredError
    counted = plan(kind, subject, as_of=as_of)
    if expected_count is not None and counted.count > expected_count:
        raise MoreThanExpectedError(counted.count)
    operation = Operation.objects.create(
        kind=kind, filter=subject.stored(), tenant=subject.tenant, by=named(by), reason=reason.strip(),
        total=counted.count, upto=counted.upto, as_of=counted.as_of, rate=rate,
    )  # fmt: skip
    operation.refresh_from_db()
    record("operation.started", SUBJECT, operation.uuid, after=audited(operation), reason=operation.reason, by=by)
    if announced:
        transaction.on_commit(lambda: announce(operation.pk), robust=True)
    log.info("operation.started", operation=str(operation.uuid), kind=kind, total=counted.count, by=named(by))
    return operation
