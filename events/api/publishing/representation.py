"""What was published, by whom and why, and the wish to publish or approve, as the API shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.api.line import Line
from events.api.problems import Problem
from events.api.strict import StrictSerializer
from events.models import Published
from events.publishing.errors import DraftChangedError, NothingToPublishError, OwnChangesError, PublishError
from events.publishing.four_eyes import Standing
from events.publishing.publication import Publication, Snapshot, digest

MOST_VERSIONS = 2**31 - 1
UPON = "The newest version at that moment, 0 for none. Give it to publish as `upon`."
ACTORS = "`user 1`, `API key 2` or `a command`"
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


class PublishedPageSerializer(serializers.Serializer[Any]):
    items = PublishedSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page, if there is one.")


class SnapshotOfSerializer(PublishedSerializer):
    """With its digest; what is published says how its snapshots look."""

    digest = serializers.SerializerMethodField(help_text=DIGEST)

    def get_digest(self, published: Published) -> str:
        return digest(published.snapshot)


class StandingSerializer(serializers.Serializer[Any]):
    """Who changed the drafts since they were published, and who approved them as they are."""

    four_eyes = serializers.BooleanField(help_text="Whether it takes somebody else than who changed them.")
    changed_by = serializers.ListField(child=serializers.CharField(), help_text=f"{ACTORS} since the last publication.")
    approved_by = serializers.ListField(child=serializers.CharField(), help_text=f"{ACTORS}, of this very draft.")


class DraftOfSerializer(StandingSerializer):
    """What would be published now; what is published says how its snapshots and their problems look."""

    digest = serializers.CharField(help_text=f"{DIGEST} Give it to publish or approve as `draft`.")
    upon = serializers.IntegerField(help_text=UPON)
    differs = serializers.BooleanField(help_text="From the newest version, or there is none.")


class ApprovedSerializer(StandingSerializer):
    draft = serializers.CharField(help_text="The digest of what was approved.")


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


class ApproveSerializer(StrictSerializer):
    """Which draft somebody has looked at, and what they say of it."""

    note = Line(max_length=200, help_text="What you looked at, or for: it stays in the audit records.")
    draft = serializers.RegexField("^[0-9a-f]{64}$", help_text="The digest of the draft you looked at.")


def draft_of(publication: Publication[Any]) -> tuple[Snapshot, dict[str, Any]]:
    """The draft, and what a representation says of it."""
    snapshot, newest = publication.draft(), publication.newest()
    return snapshot, {
        "digest": digest(snapshot),
        "upon": newest.version if newest else 0,
        "differs": publication.differs(newest, snapshot),
        **standing_of(publication, publication.standing(digest(snapshot))),
    }


def standing_of(publication: Publication[Any], standing: Standing) -> dict[str, Any]:
    return {
        "four_eyes": publication.four_eyes, "changed_by": standing.changed_by, "approved_by": standing.approved_by,
    }  # fmt: skip


def unpublishable(error: PublishError, members: str, faults: list[dict[str, str]]) -> Problem:
    """`members` is what people call the drafts, `faults` what is wrong with them."""
    match error:
        case OwnChangesError():
            return Problem(403, "own-changes", "Takes four eyes", str(error))
        case DraftChangedError():
            return Problem(409, "draft-changed", "Changed meanwhile", "get the difference again, and look at it")
        case NothingToPublishError():
            return Problem(409, "nothing-to-publish", "Nothing to publish", str(error))
    return Problem(
        409, "not-publishable", "Cannot be published", f"the {members} cannot be published as they are", errors=faults
    )
