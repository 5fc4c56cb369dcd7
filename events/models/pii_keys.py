"""The keys that personal data is encrypted and pseudonymised by, wrapped by a key that is kept elsewhere."""

from django.db import models
from django.db.models.functions import Now


class DataKey(models.Model):
    """A version of a tenant's key, for one purpose. Its bytes are in `wrapped` only, encrypted."""

    class Purpose(models.TextChoices):
        ENCRYPT = "encrypt", "Encrypts"
        PSEUDONYM = "pseudonym", "Makes pseudonyms"

    class State(models.TextChoices):
        ACTIVE = "active", "In use"
        DECRYPT_ONLY = "decrypt_only", "Reads what it has encrypted"
        RETIRED = "retired", "Out of use"
        DESTROYED = "destroyed", "Destroyed"

    key_id = models.CharField(max_length=8, unique=True, editable=False, help_text="As it stands in tokens.")
    tenant = models.CharField(max_length=64)
    purpose = models.CharField(max_length=9, choices=Purpose.choices)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.ACTIVE)
    wrapped = models.BinaryField(null=True, editable=False)
    kek = models.CharField(max_length=300, blank=True, help_text="Which key-encryption key has wrapped it.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    superseded_at = models.DateTimeField(null=True, editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)
    destroyed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "purpose", "version"], name="datakey_version"),
            # Whoever makes a tenant's first key at the same time as another finds that one's.
            models.UniqueConstraint(
                fields=["tenant", "purpose"], condition=models.Q(state="active"), name="datakey_one_active"
            ),
            models.CheckConstraint(
                condition=models.Q(state="destroyed", wrapped__isnull=True)
                | ~models.Q(state="destroyed") & models.Q(wrapped__isnull=False),
                name="datakey_destroyed_is_gone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tenant} {self.purpose} {self.version}"


class Reencryption(models.Model):
    """How far a tenant's stored tokens have been brought under a key; a second start goes on from there."""

    tenant = models.CharField(max_length=64)
    key_id = models.CharField(max_length=8, help_text="The key that tokens are brought under.")
    position = models.BigIntegerField(default=0, help_text="All entries up to this sequence are done.")
    entries = models.BigIntegerField(default=0, help_text="Entries that were changed.")
    tokens = models.BigIntegerField(default=0)
    unreadable = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "key_id"], name="reencryption_once")]

    def __str__(self) -> str:
        return f"{self.tenant} {self.key_id}"
