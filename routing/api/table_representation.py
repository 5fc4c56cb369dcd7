"""Routing tables, the draft and differences as the API shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.api.strict import StrictSerializer
from routing.api.fields import Line
from routing.models import RoutingRule, RoutingTable
from routing.publish_table import digest

MOST_VERSIONS = 2**31 - 1
UPON = "The newest version at that moment, 0 for none. Give it to publish as `upon`."
DIGEST = "Of the snapshot; the same snapshot has the same digest."


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


class TableSummarySerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(source="pk")
    note = serializers.CharField(allow_blank=True)
    restored_from = serializers.IntegerField(allow_null=True, help_text="The version that was rolled back to.")
    published_at = serializers.DateTimeField()
    published_by = serializers.SerializerMethodField(help_text="`user 1` or `API key 2`; null: a command.")

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_published_by(self, table: RoutingTable) -> str | None:
        if table.published_by_key_id:
            return f"API key {table.published_by_key_id}"
        return f"user {table.published_by_id}" if table.published_by_id else None


class TableSerializer(TableSummarySerializer):
    """A routing table: immutable, numbered. Workers go by the newest."""

    digest = serializers.SerializerMethodField(help_text=DIGEST)
    snapshot = serializers.SerializerMethodField()

    def get_digest(self, table: RoutingTable) -> str:
        return digest(table.snapshot)

    @extend_schema_field(SnapshotSerializer)
    def get_snapshot(self, table: RoutingTable) -> dict[str, Any]:
        snapshot: dict[str, Any] = table.snapshot
        return snapshot


class TablePageSerializer(serializers.Serializer[Any]):
    items = TableSummarySerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page, if there is one.")


class DraftFaultSerializer(serializers.Serializer[Any]):
    """What is wrong with a rule; `pointer` is the place in it."""

    rule = serializers.CharField(allow_blank=True)
    pointer = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class DraftSerializer(serializers.Serializer[Any]):
    """What would be published now."""

    digest = serializers.CharField(help_text=f"{DIGEST} Give it to publish as `draft`.")
    upon = serializers.IntegerField(help_text=UPON)
    differs = serializers.BooleanField(help_text="From the newest table, or there is none.")
    problems = DraftFaultSerializer(many=True, help_text="What keeps it from being published.")
    snapshot = SnapshotSerializer()


class ChangeSerializer(serializers.Serializer[Any]):
    """One member of a rule, before and after; `member` is null where the whole rule came or went."""

    rule = serializers.CharField()
    member = serializers.CharField(allow_null=True)
    before = serializers.JSONField()
    after = serializers.JSONField()


class DifferenceSerializer(serializers.Serializer[Any]):
    """`from` and `to` are versions, or null for the draft, or for none where nothing is published yet."""

    changes = ChangeSerializer(many=True)
    draft = serializers.CharField(allow_null=True, help_text="The digest of the draft, if it is one of the two.")
    upon = serializers.IntegerField(
        allow_null=True,
        help_text="The version compared with, 0 for none. Give both to publish, or this to a rollback: what changed "
        "since is refused.",
    )

    def get_fields(self) -> dict[str, Any]:
        version = {name: serializers.IntegerField(allow_null=True) for name in ("from", "to")}
        return {**version, **super().get_fields()}


class NoteSerializer(StrictSerializer):
    note = Line(max_length=200, help_text="Why: whoever looks for a cause later reads it first.")
    upon = serializers.IntegerField(
        required=False, min_value=0, max_value=MOST_VERSIONS,
        help_text="The newest version when you looked, 0 for none: refused if there is another by now.",
    )  # fmt: skip


class PublishSerializer(NoteSerializer):
    draft = serializers.RegexField(
        "^[0-9a-f]{64}$", required=False, help_text="The digest of the draft you looked at: refused if it changed."
    )
