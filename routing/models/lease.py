"""Who works on what: shard leases, the workers that hold them, and what each has in hand."""

from django.db import models
from django.db.models.functions import Now


class RelayWorker(models.Model):
    """A process that drains, alive until `expires_at` (database clock). The live ones share the shards evenly."""

    token = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=200)
    started_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class ShardLease(models.Model):
    """The right to publish and settle the entries of one shard, held by a random token until it expires.

    After a worker died, `suspects` holds what it had in hand of this shard: ranges of entries with the lane and table
    they were taken by, the most to take of them at once, and how many workers they have cost.
    """

    shard = models.SmallIntegerField(primary_key=True)
    token = models.UUIDField(null=True)
    expires_at = models.DateTimeField(null=True)
    suspects = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"shard {self.shard}"


class BatchNote(models.Model):
    """A batch in hand: written before anything of it is published, deleted by its settling.

    One that outlives its worker tells the successor the range, the routing table and how often this has happened.
    """

    class Lane(models.TextChoices):
        FRESH = "fresh"
        RETRY = "retry"

    token = models.UUIDField(db_index=True)
    lane = models.CharField(max_length=5, choices=Lane.choices)
    shards = models.JSONField()
    upto = models.BigIntegerField()
    size = models.PositiveIntegerField()
    table_version = models.PositiveIntegerField()
    tries = models.PositiveSmallIntegerField(default=0)
    noted_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.lane} batch of {self.size}"
