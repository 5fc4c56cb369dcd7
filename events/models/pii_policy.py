"""What is done about personal data: policies as people edit them, and the sets of them that were published."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from events.models.published import Published
from events.models.revisioned import Revisioned


class PiiPolicy(Revisioned):
    """A draft until a set is published with it."""

    name = models.CharField(max_length=100, unique=True)
    enabled = models.BooleanField(default=True)
    priority = models.IntegerField(
        default=0,
        validators=[MinValueValidator(-1_000_000), MaxValueValidator(1_000_000)],
        help_text="Of the policies that fit an event the one with the highest decides, alone.",
    )
    type_pattern = models.CharField(max_length=255, default="*", help_text="* is any run of characters, dots included.")
    environments = models.JSONField(
        default=list, blank=True, help_text="development, staging, production; none is all of them."
    )
    kinds = models.JSONField(default=dict, blank=True, help_text="What is done about each kind.")
    paths = models.JSONField(
        default=list, blank=True, help_text="What is done at some places, before what is said for kinds."
    )
    default = models.CharField(
        max_length=9, null=True, blank=True, help_text="For all other kinds; without, the environment's default holds."
    )
    allow_test_values = models.BooleanField(
        default=False, help_text="Known test values, such as 4111 1111 1111 1111 and addresses at example.com, stay."
    )
    note = models.CharField(max_length=200, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-priority", "name"]
        verbose_name = "PII policy"
        verbose_name_plural = "PII policies"
        permissions = [
            ("publish_piipolicy", "Can publish PII policies"),
            ("reveal_pii", "Can reveal personal data"),
        ]

    def __str__(self) -> str:
        return self.name


class PiiPolicySet(Published):
    """The enabled policies of one moment, in the order they are tried. Events are decided by the newest."""

    class Meta(Published.Meta):
        verbose_name = "published set of PII policies"
        verbose_name_plural = "published sets of PII policies"
