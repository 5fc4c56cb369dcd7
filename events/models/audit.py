"""What people and programs did: one record for each act, each chained to the one before."""

from typing import Any, NoReturn

from django.db import models


class AuditError(TypeError):
    """An audit record is neither changed nor removed."""

    def __init__(self) -> None:
        super().__init__("audit records are neither changed nor removed")


class AppendOnly(models.QuerySet["AuditRecord"]):
    """Records to read and to add to."""

    def update(self, **values: Any) -> NoReturn:
        raise AuditError

    def delete(self) -> NoReturn:
        raise AuditError


class AuditRecord(models.Model):
    """One act: who did what to what, from which state to which, why, when. Written by `events.audit.record` alone.

    `digest` covers all members and the digest of the record before, so that a changed or missing one shows.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(help_text="By the database's clock.")
    by = models.CharField(max_length=100, help_text="`user 1`, `API key 2`, `a command`: no names.")
    tenant = models.CharField(max_length=64, blank=True)
    act = models.CharField(max_length=64)
    subject = models.CharField(max_length=100)
    subject_id = models.CharField(max_length=255, blank=True)
    before = models.TextField(help_text="JSON of what it was; null where there was nothing.")
    after = models.TextField(help_text="JSON of what it is; null where nothing is left.")
    reason = models.TextField(blank=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["-number"]
        indexes = [models.Index(fields=["subject", "subject_id", "number"], name="auditrecord_subject")]

    def __str__(self) -> str:
        return f"{self.number} {self.act}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AuditError
