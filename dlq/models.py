"""Dead letters: the dead deliveries, as a state of theirs and not as a second store."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from routing.models import Delivery


class DeadLetter(Delivery):
    """A delivery that failed for good, too often or for too long: kept until a person redrives or discards it.

    The proxy is there for its page and its permissions: its manager sees every delivery.
    """

    class Meta:
        proxy = True
        permissions = [
            ("redrive_deadletter", "Can redrive dead letters"),
            ("discard_deadletter", "Can discard dead letters"),
        ]

    def __str__(self) -> str:
        return f"dead letter {self.pk}"


class Operation(models.Model):
    """One act on many events, done in the background: what it is about, how far it is, who asked for it and why.

    It walks upwards from `position` to `upto`, both primary keys of what it is about, a slice in a transaction, so that
    a worker that dies loses nothing and its successor goes on. `token` and `expires_at` are that worker's lease. What
    died, or became unrouted, after `as_of` is not part of it. One with a `rate` does nothing before `due_at`.
    """

    class Kind(models.TextChoices):
        REDRIVE = "redrive", "Redrive"
        DISCARD = "discard", "Discard"
        ROUTE_AGAIN = "route_again", "Route again"

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"
        FAILED = "failed"

    OPEN = (State.WAITING, State.RUNNING)

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    tenant = models.CharField(max_length=64, blank=True, help_text="Empty: of all tenants.")
    filter = models.JSONField(default=dict, help_text="What it is about: `ids`, or `query` in the words of the search.")
    reason = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=100, help_text="`user 1` or `API key 2`.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    cancel_requested = models.BooleanField(default=False)
    cancelled_by = models.CharField(max_length=100, blank=True)
    total = models.BigIntegerField(help_text="How many it was about when it was asked for.")
    taken = models.BigIntegerField(default=0, help_text="How many it has acted on.")
    rate = models.PositiveIntegerField(null=True, help_text="At most so many a second; null: as fast as it goes.")
    due_at = models.DateTimeField(null=True, editable=False)
    position = models.BigIntegerField(default=0)
    upto = models.BigIntegerField()
    token = models.UUIDField(null=True, editable=False)
    expires_at = models.DateTimeField(null=True, editable=False)
    as_of = models.DateTimeField(db_default=Now())
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], name="operation_open", condition=Q(state__in=["waiting", "running"])),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.uuid}"

    @property
    def open(self) -> bool:
        """Whether something of it may still be to do."""
        return self.state in self.OPEN
