"""Routing rules as people edit them: drafts until a routing table is published from them."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from events.models import Revisioned
from routing.matching.errors import MatchingError
from routing.matching.filters import parse_filters
from routing.matching.pattern import parse_pattern
from routing.models.destination import Destination


class RoutingRule(Revisioned):
    """Which events go to which destinations, and how the destinations are used."""

    class Strategy(models.TextChoices):
        ALL = "ALL", "All destinations"
        PRIMARY_ONLY = "PRIMARY_ONLY", "The first only"
        FAILOVER = "FAILOVER", "The first that is up, in order"
        CONDITIONAL = "CONDITIONAL", "Each by its own condition"

    name = models.CharField(max_length=100, unique=True)
    enabled = models.BooleanField(default=True)
    priority = models.IntegerField(
        default=0,
        validators=[MinValueValidator(-1_000_000), MaxValueValidator(1_000_000)],
        help_text="Rules are tried from the highest to the lowest.",
    )
    type_pattern = models.CharField(max_length=255, default="*", help_text="* is any run of characters, dots included.")
    filters = models.JSONField(
        default=list,
        blank=True,
        help_text="CloudEvents filter dialects (exact, prefix, suffix, all, any, not); all must hold.",
    )
    strategy = models.CharField(max_length=16, choices=Strategy.choices, default=Strategy.ALL)
    continue_matching = models.BooleanField(
        "continue", default=False, help_text="Go on to later rules after this one matched."
    )
    destinations = models.ManyToManyField(Destination, through="RuleDestination", related_name="rules")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-priority", "name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Errors of pattern and filters name the place as a JSON Pointer."""
        problems: dict[str, str] = {}
        for name, parse in (("type_pattern", parse_pattern), ("filters", parse_filters)):
            try:
                parse(getattr(self, name))
            except MatchingError as error:
                problems[name] = str(error)
        if problems:
            raise ValidationError(problems)


class RuleDestination(models.Model):
    """A destination in a rule's order, with its own condition where the strategy is CONDITIONAL."""

    rule = models.ForeignKey(RoutingRule, models.CASCADE, related_name="targets")
    destination = models.ForeignKey(Destination, models.PROTECT, related_name="targets")
    position = models.PositiveSmallIntegerField(default=0)
    condition = models.JSONField(
        default=list, blank=True, help_text="Filters, as for the rule; used by CONDITIONAL only."
    )

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "destination"], name="ruledestination_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} -> {self.destination}"

    def clean(self) -> None:
        try:
            parse_filters(self.condition)
        except MatchingError as error:
            raise ValidationError({"condition": str(error)}) from error
