"""What was published: immutable, numbered snapshots of what people edit."""

from typing import Any, NoReturn, TypeVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from events.models.api_key import ApiKey

Row = TypeVar("Row", bound="Published")


class ImmutableRowError(TypeError):
    """What was published is never changed or deleted: publish another, or roll back."""


class PublishedQuerySet(models.QuerySet[Row]):
    def newest(self) -> Row | None:
        """The one that counts."""
        return self.order_by("-version").first()

    def update(self, **_values: object) -> NoReturn:
        raise ImmutableRowError("update")

    def delete(self) -> NoReturn:
        raise ImmutableRowError("delete")


class Published(models.Model):
    """A snapshot, who published it and why. The newest counts; a rollback publishes an older one under a new number."""

    version = models.PositiveIntegerField(primary_key=True)
    snapshot = models.JSONField()
    note = models.TextField()
    restored_from = models.PositiveIntegerField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    published_by_key = models.ForeignKey(ApiKey, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(db_default=Now())

    objects = PublishedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"v{self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ImmutableRowError("save")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise ImmutableRowError("delete")
