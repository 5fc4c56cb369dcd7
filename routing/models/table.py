"""Published routing: immutable, numbered snapshots of the enabled rules."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class RoutingTable(models.Model):
    """One published snapshot. Workers use the highest version; a rollback publishes an older snapshot under a new one."""

    version = models.PositiveIntegerField(primary_key=True)
    snapshot = models.JSONField()
    note = models.TextField(blank=True)
    restored_from = models.PositiveIntegerField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"v{self.version}"
