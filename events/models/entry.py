"""What an accepted event is: its outbox entry, and the mark that it still waits."""

from django.db import models
from django.db.models.functions import Now


class OutboxEntry(models.Model):
    """One admitted event, as it will be published. Written once by `events.ingest`; only re-encryption changes it."""

    sequence = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, editable=False)
    tenant = models.CharField(max_length=64, default="default")
    source = models.TextField()
    event_id = models.TextField()
    type = models.TextField()
    subject = models.TextField(null=True)
    time = models.TextField(null=True, help_text="RFC 3339, as the producer wrote it.")
    datacontenttype = models.TextField(null=True)
    dataschema = models.TextField(null=True)
    extensions = models.TextField(default="{}", help_text="A JSON object of extension attributes.")
    partitionkey = models.TextField(null=True)
    data = models.TextField(null=True, help_text="The text that is published; base64 where data_base64 is set.")
    data_base64 = models.BooleanField(default=False)
    fingerprint = models.BinaryField(help_text="Digest of all attributes and the data: tells a repeat from a conflict.")
    accepted_at = models.DateTimeField(db_default=Now())
    schema_version = models.BigIntegerField(null=True, help_text="The schema version that decided, by its key.")
    admission = models.TextField(default="{}", db_default="{}", help_text="A JSON object: how it was decided about.")

    pii = models.TextField(default="{}", db_default="{}", help_text="A JSON object: what a policy did, without values.")

    class Meta:
        verbose_name_plural = "outbox entries"
        constraints = [
            # By the event's id first: that is what people paste to find an event.
            models.UniqueConstraint(fields=["event_id", "source", "tenant"], name="outboxentry_identity"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class PendingEntry(models.Model):
    """The mark that an entry still waits for the relay: written with it, deleted when its batch settles.

    Kept apart from the wide entry so that settling writes no second version of it.
    """

    entry = models.OneToOneField(
        OutboxEntry,
        models.DO_NOTHING,
        primary_key=True,
        db_column="sequence",
        db_constraint=False,
        related_name="pending",
    )
    shard = models.SmallIntegerField()
    partitionkey = models.TextField(null=True)

    class Meta:
        verbose_name_plural = "pending entries"
        indexes = [
            models.Index(fields=["shard", "entry"], name="pendingentry_shard"),
            models.Index(
                fields=["partitionkey", "entry"],
                name="pendingentry_key",
                condition=models.Q(partitionkey__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
