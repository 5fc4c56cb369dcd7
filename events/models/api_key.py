"""Who may hand events in, and ask about them."""

from django.db import models
from django.db.models.functions import Now


class ApiKey(models.Model):
    """Who may call the API: a hash of the secret, what it may do, and the tenant it acts for."""

    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    tenant = models.CharField(max_length=64, default="default")
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"
