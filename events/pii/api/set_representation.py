"""Published sets of policies, the draft and differences as the API shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.api.publishing.representation import (
    ComparedSerializer,
    DraftOfSerializer,
    PublishedPageSerializer,
    SnapshotOfSerializer,
)
from events.models import PiiPolicySet
from events.pii.api.fields import Environments, Kinds, PathLineSerializer
from events.pii.policies.policy import ACTIONS


class SnapshotPolicySerializer(serializers.Serializer[Any]):
    """A policy as it was published."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    priority = serializers.IntegerField()
    type_pattern = serializers.CharField()
    environments = Environments()
    kinds = Kinds()
    paths = serializers.ListField(child=PathLineSerializer())
    allow_test_values = serializers.BooleanField()

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "default": serializers.ChoiceField(ACTIONS, allow_null=True)}


class PiiSnapshotSerializer(serializers.Serializer[Any]):
    """All policies that count, in the order they are tried."""

    format = serializers.IntegerField()
    policies = SnapshotPolicySerializer(many=True)


class PiiPolicySetSerializer(SnapshotOfSerializer):
    """A set of policies: immutable, numbered. Events are decided by the newest."""

    snapshot = serializers.SerializerMethodField()

    @extend_schema_field(PiiSnapshotSerializer)
    def get_snapshot(self, published: PiiPolicySet) -> dict[str, Any]:
        snapshot: dict[str, Any] = published.snapshot
        return snapshot


class PiiPolicySetPageSerializer(PublishedPageSerializer):
    pass


class SnapshotFaultSerializer(serializers.Serializer[Any]):
    """What is wrong; `pointer` is the place in the snapshot."""

    pointer = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class PiiDraftSerializer(DraftOfSerializer):
    """What would be published now."""

    problems = SnapshotFaultSerializer(many=True, help_text="What keeps it from being published.")
    snapshot = PiiSnapshotSerializer()


class PolicyChangeSerializer(serializers.Serializer[Any]):
    """One member of a policy, before and after; `member` is null where the whole policy came or went."""

    policy = serializers.CharField()
    member = serializers.CharField(allow_null=True)
    before = serializers.JSONField()
    after = serializers.JSONField()


class PiiDifferenceSerializer(ComparedSerializer):
    changes = PolicyChangeSerializer(many=True)
