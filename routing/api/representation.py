"""Events, deliveries and attempts as the API shows them."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.models import OutboxEntry
from events.schemas.admission.recorded import recorded
from events.schemas.api.comparison_representation import SchemaFaultSerializer
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
        fields: tuple[str, ...] = (
            "id", "destination", "state", "attempts", "tries", "receipt", "duplicate", "possible_duplicate",
            "error_class", "error", "rule", "table_version", "created_at", "next_attempt_at", "finished_at",
        )  # fmt: skip

    @extend_schema_field(RuleSerializer)
    def get_rule(self, delivery: Delivery) -> dict[str, Any]:
        names: RuleNames = self.context["rule_names"]
        return {"id": delivery.rule_id, "name": names.get((delivery.table_version, delivery.rule_id))}


class EventIdentitySerializer(serializers.ModelSerializer[OutboxEntry]):
    """Which event it is."""

    id = serializers.UUIDField(source="uuid")

    class Meta:
        model = OutboxEntry
        fields = ("id", "event_id", "source", "type", "subject")


class ListedDeliverySerializer(DeliverySerializer):
    """A delivery in a list: with its event, without its tries."""

    event = EventIdentitySerializer(source="entry")
    tries = None  # type: ignore[assignment]

    class Meta(DeliverySerializer.Meta):
        fields = ("id", "event", *(name for name in DeliverySerializer.Meta.fields if name not in ("id", "tries")))


class WholeDeliverySerializer(ListedDeliverySerializer):
    """A delivery with its event and its failed tries."""

    tries = TrySerializer(many=True)  # type: ignore[assignment]

    class Meta(ListedDeliverySerializer.Meta):
        fields = (*ListedDeliverySerializer.Meta.fields, "tries")


class DeliveryPageSerializer(serializers.Serializer[Any]):
    """`next` goes on where the page ends; null at the end."""

    items = ListedDeliverySerializer(many=True)
    next = serializers.CharField(allow_null=True)
    searched_back_to = serializers.DateTimeField(allow_null=True, help_text="How far this page came.")


class UnroutedSerializer(serializers.Serializer[Any]):
    """Since when no rule of which table wanted the event."""

    table_version = serializers.IntegerField()
    since = serializers.DateTimeField()


class StandingSerializer(serializers.ModelSerializer[Delivery]):
    """How a delivery of a listed event stands."""

    destination = serializers.CharField(source="destination.name")

    class Meta:
        model = Delivery
        fields = ("id", "destination", "state", "attempts", "error_class")


class ListedEventSerializer(serializers.ModelSerializer[OutboxEntry]):
    """An accepted event in a list: without its data."""

    id = serializers.UUIDField(source="uuid")
    state = serializers.SerializerMethodField()
    unrouted = serializers.SerializerMethodField()
    deliveries = StandingSerializer(many=True)

    class Meta:
        model = OutboxEntry
        fields: tuple[str, ...] = (
            "id", "state", "accepted_at", "event_id", "source", "type", "subject", "time", "datacontenttype",
            "dataschema", "partitionkey", "unrouted", "deliveries",
        )  # fmt: skip

    @extend_schema_field({"type": "string", "enum": list(STATES)})
    def get_state(self, entry: OutboxEntry) -> str:
        return entry_state(entry)

    @extend_schema_field(UnroutedSerializer(allow_null=True))
    def get_unrouted(self, entry: OutboxEntry) -> dict[str, Any] | None:
        return UnroutedSerializer(entry.unrouted).data if hasattr(entry, "unrouted") else None


class AdmissionSerializer(serializers.Serializer[Any]):
    """How the event was let in: by which schema version, and what was out of the ordinary."""

    version = serializers.CharField(allow_null=True)
    status = serializers.CharField(help_text="What the version was when it decided.")
    unknown = serializers.ChoiceField(["type", "schema"], allow_null=True, help_text="What was not registered.")
    migrated_from = serializers.CharField(allow_null=True)
    legacy_type = serializers.CharField(allow_null=True)
    faults = SchemaFaultSerializer(many=True)


class ActSerializer(serializers.Serializer[Any]):
    """What was done about personal data at a place, and how often; no values."""

    path = serializers.CharField(help_text="JSON Pointer into the event.")
    kind = serializers.CharField()
    action = serializers.CharField()
    count = serializers.IntegerField()


class TreatmentSerializer(serializers.Serializer[Any]):
    """What the policies for personal data did to the event; `policy` 0 are the environment's defaults."""

    policy = serializers.IntegerField()
    acts = ActSerializer(many=True)


class EventSerializer(ListedEventSerializer):
    """An accepted event, what was published of it, and what became of it."""

    extensions = serializers.SerializerMethodField()
    admission = serializers.SerializerMethodField()
    pii = serializers.SerializerMethodField()
    deliveries = DeliverySerializer(many=True)  # type: ignore[assignment]

    class Meta(ListedEventSerializer.Meta):
        fields = (*ListedEventSerializer.Meta.fields, "extensions", "data", "data_base64", "admission", "pii")

    @extend_schema_field({"type": "object", "additionalProperties": {"type": ["string", "integer", "boolean"]}})
    def get_extensions(self, entry: OutboxEntry) -> dict[str, Any]:
        extensions: dict[str, Any] = json.loads(entry.extensions)
        return extensions

    @extend_schema_field(TreatmentSerializer(allow_null=True))
    def get_pii(self, entry: OutboxEntry) -> dict[str, Any] | None:
        done = json.loads(entry.pii)
        return TreatmentSerializer(done).data if done else None

    @extend_schema_field(AdmissionSerializer)
    def get_admission(self, entry: OutboxEntry) -> dict[str, Any]:
        return AdmissionSerializer(recorded(entry)).data


class EventPageSerializer(serializers.Serializer[Any]):
    """`next` goes on where the page ends; null at the end."""

    items = ListedEventSerializer(many=True)
    next = serializers.CharField(allow_null=True)
    searched_back_to = serializers.DateTimeField(allow_null=True, help_text="How far this page came.")


def shown_delivery(delivery: Delivery) -> dict[str, Any]:
    return DeliverySerializer(delivery, context={"rule_names": rule_names([delivery])}).data
