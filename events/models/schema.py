"""What may come in, and in what shape: event types, and the versions of their schemas."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from events.models.revisioned import Revisioned


class EventType(Revisioned):
    """One CloudEvents `type` that the organisation knows, and how its events are taken."""

    class Criticality(models.TextChoices):
        CRITICAL = "critical", "Critical"
        STANDARD = "standard", "Standard"

    class OnInvalid(models.TextChoices):
        REFUSE = "refuse", "Refuse it"
        FLAG = "flag", "Accept and mark it"

    class DataVersion(models.TextChoices):
        IGNORE = "ignore", "Is the producer's own"
        READ = "read", "Names the schema version where it is one of them"
        STAMP = "stamp", "Names the schema version, and is set to the one that decided"

    class Migrate(models.TextChoices):
        NEVER = "never", "Nothing: events of retired versions are refused"
        RETIRED = "retired", "Events of retired versions"
        OLDER = "older", "Events of every version before the active one"

    name = models.CharField(max_length=255, unique=True, verbose_name="type", help_text="The CloudEvents type.")
    category = models.CharField(max_length=64, blank=True)
    owner = models.CharField(max_length=100, blank=True, help_text="The team to ask.")
    description = models.TextField(blank=True)
    criticality = models.CharField(max_length=8, choices=Criticality.choices, default=Criticality.STANDARD)
    allowed = models.BooleanField(default=True, help_text="Events of a type that is not are refused.")
    blocked_reason = models.CharField(max_length=200, blank=True, help_text="Told to producers.")
    on_invalid = models.CharField(
        max_length=8,
        choices=OnInvalid.choices,
        default=OnInvalid.REFUSE,
        verbose_name="an event that does not fit",
    )
    data_version = models.CharField(
        max_length=8, choices=DataVersion.choices, default=DataVersion.READ, verbose_name="member version of data"
    )
    migrate = models.CharField(
        max_length=8, choices=Migrate.choices, default=Migrate.NEVER, verbose_name="migrated to the active version"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SchemaVersion(Revisioned):
    """One version of an event type's JSON Schema. Immutable once active, but for its status.

    The schema is `draft` while it is one, and is kept in parts (`root` names the first) from its activation on. The
    comparison is that with `ancestor`: `verdict`, `changes` (a list), `counterexample` ({"side", "instance"} or null).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        ACTIVE = "active", "Active"
        DEPRECATED = "deprecated", "Deprecated"
        RETIRED = "retired", "Retired"

    class Policy(models.TextChoices):
        STRICT = "strict", "Strict: every event of the one is valid under the other"
        LENIENT = "lenient", "Lenient: readers ignore members they do not know"

    event_type = models.ForeignKey(EventType, models.PROTECT, related_name="versions")
    version = models.CharField(max_length=64, help_text="SemVer: major.minor.patch")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False)
    draft = models.TextField(null=True, blank=True, help_text="JSON text, as it was typed.")
    root = models.CharField(max_length=64, blank=True, editable=False)
    ancestor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="descendants")
    policy = models.CharField(max_length=8, choices=Policy.choices, default=Policy.STRICT)
    verdict = models.CharField(max_length=24, blank=True, editable=False)
    decided = models.BooleanField(default=True, editable=False)
    changes = models.JSONField(default=list, editable=False)
    counterexample = models.JSONField(null=True, editable=False)
    migration_up = models.JSONField(default=list, blank=True, help_text="Steps from the ancestor's data to this one's.")
    migration_down = models.JSONField(default=list, blank=True, help_text="Steps back to the ancestor's data.")
    changelog = models.TextField(blank=True, editable=False)
    note = models.TextField(blank=True, help_text="Why this version exists.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_by_key_id = models.BigIntegerField(null=True, editable=False)
    activated_at = models.DateTimeField(null=True, editable=False)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    activated_by_key_id = models.BigIntegerField(null=True, editable=False)
    activation_note = models.TextField(blank=True, editable=False)
    deprecated_at = models.DateTimeField(null=True, editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event_type", "version"], name="schemaversion_number"),
            models.UniqueConstraint(
                fields=["event_type"], condition=models.Q(status="active"), name="schemaversion_one_active"
            ),
            models.CheckConstraint(
                condition=models.Q(status="draft", draft__isnull=False)
                | ~models.Q(status="draft") & ~models.Q(root=""),
                name="schemaversion_has_schema",
            ),
        ]
        permissions = [("activate_schemaversion", "Can activate, deprecate and retire schema versions")]

    def __str__(self) -> str:
        return f"{self.event_type.name} {self.version}"


class SchemaPart(models.Model):
    """A piece of schemas, named by the digest of its content; what versions have in common is stored once."""

    digest = models.CharField(max_length=64, primary_key=True)
    content = models.TextField()

    def __str__(self) -> str:
        return self.digest


class LegacyType(Revisioned):
    """A type that producers used to send: taken for a version of today's type, after `steps` on its data."""

    name = models.CharField(max_length=255, unique=True, verbose_name="type", help_text="As old producers send it.")
    version = models.ForeignKey(
        SchemaVersion, models.PROTECT, related_name="legacy_types", help_text="What its data is after the steps."
    )
    steps = models.JSONField(default=list, blank=True, help_text="A migration of its data.")
    note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


class Registry(models.Model):
    """One row, whose number is another one after every change to what decides about events at ingest.

    Whoever decided by another number decides again: the row is read in the statement that stores.
    """

    number = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "registry"

    def __str__(self) -> str:
        return str(self.number)
