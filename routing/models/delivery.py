"""One event to one destination, its failed tries, and the events no rule wanted."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from events.models import OutboxEntry
from routing.models.destination import Destination


class Delivery(models.Model):
    """One event to one destination.

    Rows are written by the relay when it settles a batch: no foreign key is enforced by the database, because the
    check would cost more than the row; entry and destination are locked or protected by those who delete them.

    `reach` has bit (destination id % 63) set for every destination this delivery may still use; two deliveries of one
    partition key keep their order where their reaches overlap. `fallbacks` are the destinations left to fail over to.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        DELIVERED = "delivered"
        DEAD = "dead"
        DISCARDED = "discarded"

    entry = models.ForeignKey(
        OutboxEntry, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="deliveries"
    )
    destination = models.ForeignKey(
        Destination, models.PROTECT, db_constraint=False, db_index=False, related_name="deliveries"
    )
    state = models.CharField(max_length=10, choices=State.choices)
    attempts = models.PositiveSmallIntegerField(default=0)
    rule_id = models.BigIntegerField()
    table_version = models.PositiveIntegerField()
    receipt = models.TextField(null=True)
    duplicate = models.BooleanField(default=False, help_text="The broker already held it: an earlier try had arrived.")
    possible_duplicate = models.BooleanField(
        default=False, help_text="Sent again after an unanswered try, where or when the broker could not tell."
    )
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    shard = models.SmallIntegerField()
    partitionkey = models.TextField(null=True)
    reach = models.BigIntegerField(default=0)
    fallbacks = models.JSONField(default=list)
    next_attempt_at = models.DateTimeField(null=True)
    first_failed_at = models.DateTimeField(null=True)
    ambiguous_since = models.DateTimeField(null=True, help_text="The first try whose answer never came.")
    held_base_seconds = models.FloatField(default=0.0)
    error_class = models.TextField(null=True)
    error = models.TextField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["entry", "destination"], name="delivery_once"),
        ]
        indexes = [
            models.Index(
                fields=["destination", "shard", "entry"], name="delivery_waiting", condition=Q(state="pending")
            ),
            models.Index(
                fields=["partitionkey", "entry"],
                name="delivery_waiting_key",
                condition=Q(state="pending", partitionkey__isnull=False),
            ),
            models.Index(fields=["destination", "-finished_at"], name="delivery_dead", condition=Q(state="dead")),
            # For lists: the newest dead ones of all, or those below a page. An order by entry alone would tempt the
            # planner to walk delivery_once past every delivery that is not dead.
            models.Index(fields=["entry", "destination"], name="delivery_dead_entry", condition=Q(state="dead")),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} to {self.destination_id}: {self.state}"


class Attempt(models.Model):
    """One failed or contested try of a delivery. A delivery that succeeds at once has none."""

    class Outcome(models.TextChoices):
        RETRYABLE = "retryable"
        PERMANENT = "permanent"
        AMBIGUOUS = "ambiguous"

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    destination = models.ForeignKey(Destination, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField(db_default=Now())
    duration_seconds = models.FloatField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    error_class = models.TextField()
    error = models.TextField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.number}: {self.error_class}"


class Unrouted(models.Model):
    """An accepted event that no rule of a table matched: kept until it is routed again."""

    entry = models.OneToOneField(
        OutboxEntry,
        models.DO_NOTHING,
        primary_key=True,
        db_column="sequence",
        db_constraint=False,
        related_name="unrouted",
    )
    table_version = models.PositiveIntegerField()
    since = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "unrouted"
        permissions = [
            ("route_unrouted", "Can route unrouted events again"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} by v{self.table_version}"
