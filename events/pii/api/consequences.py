"""What the draft would have done to the newest stored events, over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import configuration as documented
from events.api.authentication import caller_of
from events.api.documented import problems
from events.api.strict import StrictSerializer, StrictView
from events.api_keys import Scope
from events.pii.api.refusals import readable
from events.pii.policies.policy import ACTIONS, ENVIRONMENTS, KINDS
from events.pii.publishing.publish import draft_snapshot
from events.pii.publishing.would_have import LIMIT, WouldHave, would_have

MOST = 2_000
REASONS = problems({503: "The database is away, or the policies are of a newer release."})


class ConsequencesQuery(StrictSerializer):
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=LIMIT, help_text="Events to look at.")
    environment = serializers.ChoiceField(
        ENVIRONMENTS, required=False, help_text="Where the policies would hold; without, that of the installation."
    )


class EffectSerializer(serializers.Serializer[Any]):
    """What would be done at a place; a name in `path` that is personal itself is `*`."""

    path = serializers.CharField()
    kind = serializers.ChoiceField(KINDS)
    action = serializers.ChoiceField(ACTIONS)
    count = serializers.IntegerField()


class CountedSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(KINDS)
    action = serializers.ChoiceField(ACTIONS)
    count = serializers.IntegerField()


class TouchedSerializer(serializers.Serializer[Any]):
    """A stored event to which something would be done; none of `effects`: refused for what it says of its data."""

    id = serializers.UUIDField()
    type = serializers.CharField()
    effects = EffectSerializer(many=True)


class PiiConsequencesSerializer(serializers.Serializer[Any]):
    """Of the events that were looked at, so many would have been touched, and of these so many refused."""

    looked_at = serializers.IntegerField()
    touched = serializers.IntegerField()
    refused = serializers.IntegerField()
    counts = CountedSerializer(many=True)
    samples = TouchedSerializer(many=True)


class ConsequencesView(StrictView):
    required_scope = Scope.READ
    queries = {"GET": ConsequencesQuery}

    @extend_schema(
        operation_id="read_pii_draft_consequences",
        summary="What the draft policies would have done to the newest events",
        description=(
            "To those of the key's tenant: kinds, actions and places, never values. What was encrypted or replaced "
            "when an event came in is counted by what was noted then."
        ),
        responses={200: PiiConsequencesSerializer, **documented.LISTING, **REASONS},
    )
    def get(self, request: Request) -> Response:
        tenant, where = caller_of(request).tenant, self.query.get("environment")
        with readable():
            found = would_have(draft_snapshot(), self.query["limit"], tenant=tenant, environment=where)
        return Response(_shown(found))


def _shown(found: WouldHave) -> dict[str, Any]:
    counts = [
        {"kind": kind.value, "action": action.value, "count": count}
        for (kind, action), count in sorted(found.counts.items())
    ]
    samples = [
        {
            "id": str(sample.uuid),
            "type": sample.type,
            "effects": [
                {"path": one.path, "kind": one.kind.value, "action": one.action.value, "count": one.count}
                for one in sample.effects
            ],
        }
        for sample in found.samples
    ]
    totals = {"looked_at": found.looked_at, "touched": found.touched, "refused": found.refused}
    return {**totals, "counts": counts, "samples": samples}
