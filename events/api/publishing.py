"""What was published, by whom and why, and the wish to publish, as the API shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.api.line import Line
from events.api.strict import StrictSerializer
from events.models import Published
from events.publishing.publication import digest

MOST_VERSIONS = 2**31 - 1
UPON = "The newest version at that moment, 0 for none. Give it to publish as `upon`."
DIGEST = "Of the snapshot; the same snapshot has the same digest."


class PublishedSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(source="pk")
    note = serializers.CharField(allow_blank=True)
    restored_from = serializers.IntegerField(allow_null=True, help_text="The version that was rolled back to.")
    published_at = serializers.DateTimeField()
    published_by = serializers.SerializerMethodField(help_text="`user 1` or `API key 2`; null: a command.")

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_published_by(self, published: Published) -> str | None:
        if published.published_by_key_id:
            return f"API key {published.published_by_key_id}"
        return f"user {published.published_by_id}" if published.published_by_id else None


class SnapshotOfSerializer(PublishedSerializer):
    """With its digest; what is published says how its snapshots look."""

    digest = serializers.SerializerMethodField(help_text=DIGEST)

    def get_digest(self, published: Published) -> str:
        return digest(published.snapshot)


class ComparedSerializer(serializers.Serializer[Any]):
    """`from` and `to` are versions, or null for the draft, or for none where nothing is published yet."""

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
    """Why something is published, and upon what."""

    note = Line(max_length=200, help_text="Why: whoever looks for a cause later reads it first.")
    upon = serializers.IntegerField(
        required=False, min_value=0, max_value=MOST_VERSIONS,
        help_text="The newest version when you looked, 0 for none: refused if there is another by now.",
    )  # fmt: skip


class PublishSerializer(NoteSerializer):
    """Why the drafts are published, and which."""

    draft = serializers.RegexField(
        "^[0-9a-f]{64}$", required=False, help_text="The digest of the draft you looked at: refused if it changed."
    )
