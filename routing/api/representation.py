"""Events, deliveries and attempts as the API shows them."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.models import OutboxEntry
from routing.entry_state import STATES, entry_state
from routing.models import Attempt, Delivery
from routing.rule_names import RuleNames, rule_names


class TrySerializer(serializers.ModelSerializer[Attempt]):
    """One failed or contested try. A delivery that succeeds at once has none."""

    class Meta:
        model = Attempt
        fields = ("number", "at", "duration_seconds", "outcome", "error_class", "error")


class RuleSerializer(serializers.Serializer[Any]):
    """The rule that caused a delivery, under the name it had in the routing table of that time."""

    id = serializers.IntegerField()
    name = serializers.CharField(allow_null=True)


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """One event to one destination. `rule_names`, of the context, comes from `rule_names()`."""

    destination = serializers.CharField(source="destination.name")
    rule = serializers.SerializerMethodField()
    tries = TrySerializer(many=True)

    class Meta:
        model = Delivery
        fields = (
            "id", "destination", "state", "attempts", "tries", "receipt", "duplicate", "possible_duplicate",
            "error_class", "error", "rule", "table_version", "created_at", "next_attempt_at", "finished_at",
        )  # fmt: skip

    @extend_schema_field(RuleSerializer)
    def get_rule(self, delivery: Delivery) -> dict[str, Any]:
        names: RuleNames = self.context["rule_names"]
        return {"id": delivery.rule_id, "name": names.get((delivery.table_version, delivery.rule_id))}


class UnroutedSerializer(serializers.Serializer[Any]):
    """Since when no rule of which table wanted the event."""

    table_version = serializers.IntegerField()
    since = serializers.DateTimeField()


class EventSerializer(serializers.ModelSerializer[OutboxEntry]):
    """An accepted event, what was published of it, and what became of it."""

    id = serializers.UUIDField(source="uuid")
    state = serializers.SerializerMethodField()
    extensions = serializers.SerializerMethodField()
    unrouted = serializers.SerializerMethodField()
    deliveries = DeliverySerializer(many=True)

    class Meta:
        model = OutboxEntry
        fields = (
            "id", "state", "accepted_at", "event_id", "source", "type", "subject", "time", "datacontenttype",
            "dataschema", "extensions", "data", "data_base64", "unrouted", "deliveries",
        )  # fmt: skip

    @extend_schema_field({"type": "string", "enum": list(STATES)})
    def get_state(self, entry: OutboxEntry) -> str:
        return entry_state(entry)

    @extend_schema_field({"type": "object", "additionalProperties": {"type": ["string", "integer", "boolean"]}})
    def get_extensions(self, entry: OutboxEntry) -> dict[str, Any]:
        extensions: dict[str, Any] = json.loads(entry.extensions)
        return extensions

    @extend_schema_field(UnroutedSerializer(allow_null=True))
    def get_unrouted(self, entry: OutboxEntry) -> dict[str, Any] | None:
        return UnroutedSerializer(entry.unrouted).data if hasattr(entry, "unrouted") else None


def shown_delivery(delivery: Delivery) -> dict[str, Any]:
    return DeliverySerializer(delivery, context={"rule_names": rule_names([delivery])}).data
