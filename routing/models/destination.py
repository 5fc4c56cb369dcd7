"""Where events can go, and how each place fares. Both are live: no publish is needed for them to take effect."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from events.models import Revisioned


class Destination(Revisioned):
    """One place events are published to. `config` is typed by `kind`; secrets in it are references, never values."""

    class Kind(models.TextChoices):
        NATS = "nats", "NATS JetStream"
        EVENTBRIDGE = "eventbridge", "AWS EventBridge"
        MEMORY = "memory", "In memory (tests)"

    name = models.SlugField(max_length=64, unique=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    config = models.JSONField(default=dict, blank=True)
    max_attempts = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(100)], help_text="Tries before an event is dead."
    )
    max_age_seconds = models.PositiveIntegerField(
        default=3600, help_text="Since its first failed try; it stands still while the destination is held."
    )
    ack_wait_seconds = models.FloatField(
        default=30.0,
        validators=[MinValueValidator(0.1), MaxValueValidator(300)],
        help_text="Silence that makes a try ambiguous.",
    )
    backoff_base_seconds = models.FloatField(default=1.0, validators=[MinValueValidator(0.01), MaxValueValidator(3600)])
    backoff_cap_seconds = models.FloatField(
        default=60.0, validators=[MinValueValidator(0.01), MaxValueValidator(86_400)]
    )
    failover_after_seconds = models.FloatField(
        default=5.0,
        validators=[MinValueValidator(0)],
        help_text="Unreachable for longer: FAILOVER takes the next.",
    )
    in_flight_limit = models.PositiveIntegerField(
        default=2000, validators=[MinValueValidator(1)], help_text="Unanswered events at once, for each worker process."
    )
    paused = models.BooleanField(default=False, help_text="Its deliveries wait; nothing is sent.")
    paused_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        permissions = [
            ("operate_destination", "Can pause, resume and test destinations"),
        ]

    def __str__(self) -> str:
        return self.name


class DestinationHealth(models.Model):
    """What workers found out about a destination; shared by all of them, written by machines only.

    Held means paused or unreachable: deliveries wait, and attempts and age stand still. `held_total_seconds` sums the
    holds that have ended, `held_since` starts the present one.
    """

    destination = models.OneToOneField(Destination, models.CASCADE, primary_key=True, related_name="health")
    unreachable_since = models.DateTimeField(null=True)
    held_since = models.DateTimeField(null=True)
    held_total_seconds = models.FloatField(default=0.0)
    error_class = models.CharField(max_length=100, blank=True)
    error = models.TextField(blank=True)
    probes_failed = models.PositiveIntegerField(default=0)
    next_probe_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "destination health"

    def __str__(self) -> str:
        return f"{self.destination} {'unreachable' if self.unreachable_since else 'reachable'}"
