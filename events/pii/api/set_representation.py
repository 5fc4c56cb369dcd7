"""Published sets of policies, the draft and differences as the API shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.api.strict import StrictSerializer
from events.models import PiiPolicySet
from events.pii.api.fields import Environments, Kinds, PathLineSerializer
from events.pii.policies.policy import ACTIONS
from events.pii.publishing.publish import digest
from events.schemas.api.fields import Line

MOST_VERSIONS = 2**31 - 1
UPON = "The newest version at that moment, 0 for none. Give it to publish as `upon`."
DIGEST = "Of the snapshot; the same snapshot has the same digest."


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


class SetSummarySerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(source="pk")
    note = serializers.CharField()
    restored_from = serializers.IntegerField(allow_null=True, help_text="The version that was rolled back to.")
    published_at = serializers.DateTimeField()
    published_by = serializers.SerializerMethodField(help_text="`user 1` or `API key 2`; null: a command.")

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_published_by(self, published: PiiPolicySet) -> str | None:
        if published.published_by_key_id:
            return f"API key {published.published_by_key_id}"
        return f"user {published.published_by_id}" if published.published_by_id else None


class PiiPolicySetSerializer(SetSummarySerializer):
    """A set of policies: immutable, numbered. Events are decided by the newest."""

    digest = serializers.SerializerMethodField(help_text=DIGEST)
    snapshot = serializers.SerializerMethodField()

    def get_digest(self, published: PiiPolicySet) -> str:
        return digest(published.snapshot)

    @extend_schema_field(PiiSnapshotSerializer)
    def get_snapshot(self, published: PiiPolicySet) -> dict[str, Any]:
        snapshot: dict[str, Any] = published.snapshot
        return snapshot


class PiiPolicySetPageSerializer(serializers.Serializer[Any]):
    items = SetSummarySerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page, if there is one.")


class SnapshotFaultSerializer(serializers.Serializer[Any]):
    """What is wrong; `pointer` is the place in the snapshot."""

    pointer = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class PiiDraftSerializer(serializers.Serializer[Any]):
    """What would be published now."""

    digest = serializers.CharField(help_text=f"{DIGEST} Give it to publish as `draft`.")
    upon = serializers.IntegerField(help_text=UPON)
    differs = serializers.BooleanField(help_text="From the newest set, or there is none.")
    problems = SnapshotFaultSerializer(many=True, help_text="What keeps it from being published.")
    snapshot = PiiSnapshotSerializer()


class PolicyChangeSerializer(serializers.Serializer[Any]):
    """One member of a policy, before and after; `member` is null where the whole policy came or went."""

    policy = serializers.CharField()
    member = serializers.CharField(allow_null=True)
    before = serializers.JSONField()
    after = serializers.JSONField()


class PiiDifferenceSerializer(serializers.Serializer[Any]):
    """`from` and `to` are versions, or null for the draft, or for none where nothing is published yet."""

    changes = PolicyChangeSerializer(many=True)
    draft = serializers.CharField(allow_null=True, help_text="The digest of the draft, if it is one of the two.")
    upon = serializers.IntegerField(
        allow_null=True,
        help_text="The version compared with, 0 for none. Give both to publish, or this to a rollback: what changed "
        "since is refused.",
    )

    def get_fields(self) -> dict[str, Any]:
        version = {name: serializers.IntegerField(allow_null=True) for name in ("from", "to")}
        return {**version, **super().get_fields()}


class RollbackNoteSerializer(StrictSerializer):
    note = Line(max_length=200, help_text="Why: whoever looks for a cause later reads it first.")
    upon = serializers.IntegerField(
        required=False, min_value=0, max_value=MOST_VERSIONS,
        help_text="The newest version when you looked, 0 for none: refused if there is another by now.",
    )  # fmt: skip


class PublishPoliciesSerializer(RollbackNoteSerializer):
    draft = serializers.RegexField(
        "^[0-9a-f]{64}$", required=False, help_text="The digest of the draft you looked at: refused if it changed."
    )
