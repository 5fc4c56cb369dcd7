"""Published routing: immutable, numbered snapshots of the enabled rules."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from events.models import ApiKey


class ImmutableRowError(TypeError):
    """A published routing table is never changed or deleted: publish another, or roll back."""


class RoutingTableQuerySet(models.QuerySet["RoutingTable"]):
    def newest(self) -> "RoutingTable | None":
        """The one workers use."""
        return self.order_by("-version").first()

    def update(self, **_values: object) -> NoReturn:
        raise ImmutableRowError("update")

    def delete(self) -> NoReturn:
        raise ImmutableRowError("delete")


class RoutingTable(models.Model):
    """One published snapshot. Workers use the highest version; a rollback publishes an older one under a new number."""

    version = models.PositiveIntegerField(primary_key=True)
    snapshot = models.JSONField()
    note = models.TextField(blank=True)
    restored_from = models.PositiveIntegerField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    published_by_key = models.ForeignKey(ApiKey, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(db_default=Now())

    objects = RoutingTableQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"v{self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ImmutableRowError("save")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise ImmutableRowError("delete")
