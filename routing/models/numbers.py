"""Numbers about the way of events: counts by minute and hour, and depths, kept so that no page counts a hot table."""

from django.db import models
from django.db.models.functions import Now


class Tally(models.Model):
    """How often something happened in one period. Workers add to it about once a second, apart from what they settle.

    A worker that dies takes its last second of counts with it: tallies are for rates and charts, deliveries are the
    truth. `destination_id` and `rule_id` are 0 where the count is of none.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "taken up by the relay for the first time"
        MATCHED = "matched", "matched a rule"
        UNROUTED = "unrouted", "matched no rule"
        DELIVERED = "delivered", "delivered"
        DUPLICATE = "duplicate", "delivered, and the broker already held it"
        RETRIED = "retried", "tried again"
        FAILED = "failed", "a try failed"
        AMBIGUOUS = "ambiguous", "a try was not answered"
        DEAD = "dead", "dead"
        FAILOVER = "failover", "moved on to the next destination"

    MINUTE, HOUR = 60, 3600

    period = models.PositiveSmallIntegerField(choices=[(MINUTE, "minute"), (HOUR, "hour")])
    begins = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    destination_id = models.BigIntegerField(default=0)
    rule_id = models.BigIntegerField(default=0)
    count = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(
                fields=["period", "begins", "outcome", "destination_id", "rule_id"], name="tally_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome}: {self.count}"


class Depth(models.Model):
    """How much stood somewhere at one moment, and since when its oldest; measured every few seconds by one worker."""

    class Queue(models.TextChoices):
        FRESH = "fresh", "waits for the relay"
        PENDING = "pending", "waits for a destination"
        DEAD = "dead", "dead letters"
        UNROUTED = "unrouted", "matched no rule"

    queue = models.CharField(max_length=10, choices=Queue.choices)
    destination_id = models.BigIntegerField(default=0)
    count = models.BigIntegerField(default=0)
    oldest_at = models.DateTimeField(null=True)
    measured_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["queue", "destination_id"], name="depth_once"),
        ]

    def __str__(self) -> str:
        return f"{self.queue} {self.destination_id}: {self.count}"
