"""Routing tables, the draft and differences as the API shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.api.publishing.representation import (
    ComparedSerializer,
    DraftOfSerializer,
    PublishedPageSerializer,
    SnapshotOfSerializer,
)
from routing.models import RoutingRule, RoutingTable


class SnapshotTargetSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    condition = serializers.ListField(child=serializers.DictField())


class SnapshotRuleSerializer(serializers.Serializer[Any]):
    """A rule as it was published."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    priority = serializers.IntegerField()
    type_pattern = serializers.CharField()
    filters = serializers.ListField(child=serializers.DictField())
    strategy = serializers.ChoiceField(RoutingRule.Strategy.values)
    destinations = SnapshotTargetSerializer(many=True)

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "continue": serializers.BooleanField()}


class SnapshotSerializer(serializers.Serializer[Any]):
    """All rules that count, in the order they are tried."""

    format = serializers.IntegerField()
    rules = SnapshotRuleSerializer(many=True)


class TableSerializer(SnapshotOfSerializer):
    """A routing table: immutable, numbered. Workers go by the newest."""

    snapshot = serializers.SerializerMethodField()

    @extend_schema_field(SnapshotSerializer)
    def get_snapshot(self, table: RoutingTable) -> dict[str, Any]:
        snapshot: dict[str, Any] = table.snapshot
        return snapshot


class TablePageSerializer(PublishedPageSerializer):
    pass


class DraftFaultSerializer(serializers.Serializer[Any]):
    """What is wrong with a rule; `pointer` is the place in it."""

    rule = serializers.CharField(allow_blank=True)
    pointer = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class DraftSerializer(DraftOfSerializer):
    """What would be published now."""

    problems = DraftFaultSerializer(many=True, help_text="What keeps it from being published.")
    snapshot = SnapshotSerializer()


class ChangeSerializer(serializers.Serializer[Any]):
    """One member of a rule, before and after; `member` is null where the whole rule came or went."""

    rule = serializers.CharField()
    member = serializers.CharField(allow_null=True)
    before = serializers.JSONField()
    after = serializers.JSONField()


class DifferenceSerializer(ComparedSerializer):
    changes = ChangeSerializer(many=True)
