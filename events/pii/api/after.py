"""The schema of a version as consumers get its events: after the policies."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import configuration as documented
from events.api.documented import problems
from events.api.strict import StrictSerializer, StrictView
from events.api_keys import Scope
from events.pii.api.refusals import readable
from events.pii.policies.action import environment_of
from events.pii.policies.decide import PolicySet
from events.pii.policies.policy import ENVIRONMENTS
from events.pii.policies.schema_after import schema_after
from events.pii.publishing.newest import newest_policies
from events.pii.publishing.publish import draft_snapshot
from events.schemas.api.fields import Schema
from events.schemas.api.versions import version_of
from events.schemas.registry.read import schema_of

REASONS = problems({503: "The database is away, or the policies are of a newer release."})


class AfterQuery(StrictSerializer):
    environment = serializers.ChoiceField(
        ENVIRONMENTS, required=False, help_text="Where the events come in; without, that of the installation."
    )
    policies = serializers.ChoiceField(["published", "draft"], default="published", help_text="By which policies.")


class SchemaAfterSerializer(serializers.Serializer[Any]):
    """What is promised of the data of events once the policies have been applied."""

    type = serializers.CharField()
    version = serializers.CharField()
    environment = serializers.ChoiceField(ENVIRONMENTS)
    policies = serializers.IntegerField(allow_null=True, help_text="Their version, 0 for none; null for the draft.")
    schema = Schema()


class SchemaAfterView(StrictView):
    required_scope = Scope.READ
    queries = {"GET": AfterQuery}

    @extend_schema(
        operation_id="read_schema_after_pii",
        summary="The schema of a version after the PII policies",
        description=(
            "What consumers are promised. Members that are personal by name, or by a path of the policy, are tokens or "
            "pseudonyms; other text may hold some, so nothing is said of its form; a number may become one."
        ),
        responses={200: SchemaAfterSerializer, **documented.READING, **REASONS},
    )
    def get(self, request: Request, type: str, version: str) -> Response:
        found = version_of(type, version)
        where = environment_of(self.query.get("environment", settings.ENVIRONMENT))
        with readable():
            policies = _policies(self.query["policies"])
        return Response(
            {
                "type": type,
                "version": found.version,
                "environment": where.value,
                "policies": None if self.query["policies"] == "draft" else policies.number,
                "schema": schema_after(schema_of(found), policies, type, where.value),
            }
        )


def _policies(asked: str) -> PolicySet:
    return PolicySet.compile(draft_snapshot()) if asked == "draft" else newest_policies()
