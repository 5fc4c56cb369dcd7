"""Destinations as the API shows and takes them."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from events.api.echoed import EchoSerializer
from events.api.line import Line
from events.api.strict import StrictSerializer
from routing.api.destination_schema import OF_ITS_KIND, Config
from routing.destination_config import kinds
from routing.models import Destination, DestinationHealth

STATES = ("ready", "paused", "unreachable", "paused+unreachable")
WHOLE = 2**31 - 1
SETTINGS = (
    "name", "kind", "config", "max_attempts", "max_age_seconds", "ack_wait_seconds", "backoff_base_seconds",
    "backoff_cap_seconds", "failover_after_seconds", "in_flight_limit",
)  # fmt: skip
DEFAULTS = {
    field.name: field.get_default() for field in Destination._meta.concrete_fields if field.name in SETTINGS[3:]
}


class UnreachableSerializer(serializers.Serializer[Any]):
    """Since when it takes nothing, and why."""

    since = serializers.DateTimeField()
    code = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)


class DestinationSerializer(EchoSerializer):
    """Where events can go. It is live: a change is in force from the next batch on."""

    also = OF_ITS_KIND
    id = serializers.IntegerField(read_only=True)
    name = serializers.SlugField(max_length=64)
    kind = serializers.ChoiceField(kinds(), help_text="Stays, once events were sent to it.")
    config = Config()
    max_attempts = serializers.IntegerField(min_value=1, max_value=100, help_text="Tries before an event is dead.")
    max_age_seconds = serializers.IntegerField(
        min_value=0, max_value=WHOLE, help_text="From the first failed try, without holds."
    )
    ack_wait_seconds = serializers.FloatField(
        min_value=0.1, max_value=300, help_text="Silence that makes a try ambiguous."
    )
    backoff_base_seconds = serializers.FloatField(min_value=0.01, max_value=3600)
    backoff_cap_seconds = serializers.FloatField(min_value=0.01, max_value=86_400, help_text="Not less than the base.")
    failover_after_seconds = serializers.FloatField(
        min_value=0, help_text="Unreachable for longer: FAILOVER takes the next."
    )
    in_flight_limit = serializers.IntegerField(
        min_value=1, max_value=WHOLE, help_text="Unanswered events at once, by worker process."
    )
    paused = serializers.BooleanField(read_only=True, help_text="Changed by /pause and /resume.")
    paused_reason = serializers.CharField(read_only=True, allow_blank=True)
    state = serializers.ChoiceField(STATES, read_only=True)
    unreachable = UnreachableSerializer(read_only=True, allow_null=True)
    revision = serializers.IntegerField(read_only=True, help_text="Counts the changes; the ETag is made from it.")


class NewDestinationSerializer(DestinationSerializer):
    """A new destination; what is left out is as below."""

    id = paused = paused_reason = state = unreachable = revision = None  # type: ignore[assignment]

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        for name, default in DEFAULTS.items():
            fields[name].required, fields[name].default = False, default
        return fields


class PauseSerializer(StrictSerializer):
    reason = Line(max_length=200, help_text="Shown wherever the destination is.")


class CheckSerializer(serializers.Serializer[Any]):
    """What a test of the connection found. Nothing was sent, made or changed."""

    ok = serializers.BooleanField()
    code = serializers.CharField(help_text="`ok`, or a stable word for what is wrong.")
    message = serializers.CharField()
    seconds = serializers.FloatField()


def shown_destination(destination: Destination) -> dict[str, Any]:
    """The destination as JSON; give it with `health`."""
    health: DestinationHealth | None = getattr(destination, "health", None)
    down = health if health is not None and health.unreachable_since is not None else None
    held = [word for word, holds in (("paused", destination.paused), ("unreachable", down)) if holds]
    shown: dict[str, Any] = DestinationSerializer(
        {
            **{name: getattr(destination, name) for name in ("id", *SETTINGS, "paused", "paused_reason", "revision")},
            "state": "+".join(held) or "ready",
            "unreachable": down and {"since": down.unreachable_since, "code": down.error_class, "message": down.error},
        }
    ).data
    return shown


def take_destination(destination: Destination, wish: Mapping[str, Any]) -> None:
    """Put what was asked for into the destination, unsaved."""
    for member, value in wish.items():
        setattr(destination, member, value)
