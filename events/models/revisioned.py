"""Rows that people edit at the same time."""

from django.db import models


class Revisioned(models.Model):
    """A row that says how often it was saved: see `events.revision`."""

    revision = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    class Meta:
        abstract = True
