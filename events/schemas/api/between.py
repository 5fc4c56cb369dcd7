"""From one version of a type to another over the API: what changed, and how data gets there."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import configuration as documented
from events.api.documented import WRITE_PROBLEMS, problems
from events.api.problems import Problem as Answer
from events.api.strict import StrictView, body_of
from events.api_keys import Scope
from events.problem import Problem
from events.schemas.api.bodies import SchemaParser
from events.schemas.api.comparison_representation import (
    BetweenQuery,
    ComparedVersionsSerializer,
    DifferenceQuery,
    PathSerializer,
    TrialSerializer,
    TriedSerializer,
)
from events.schemas.api.refusals import refused
from events.schemas.api.versions import version_of
from events.schemas.compatibility.compare import compare
from events.schemas.evolution.errors import MigrationError
from events.schemas.registry.paths import Leg, migration_path
from events.schemas.registry.read import schema_of
from events.schemas.registry.trial import NoPathError, try_migration

EXAMPLE = OpenApiExample("Old data", {"from": "1.0.0", "to": "2.0.0", "data": {"total": 5}}, request_only=True)
NOT_MIGRATED = "The body is invalid, or the data cannot be migrated: `errors` names the place."
NO_WAY = "No migration leads from the one version to the other."


class DifferenceView(StrictView):
    required_scope = Scope.READ
    queries = {"GET": DifferenceQuery}

    @extend_schema(
        operation_id="compare_schema_versions",
        summary="How one version stands to another",
        responses={200: ComparedVersionsSerializer, **documented.READING},
    )
    def get(self, request: Request, type: str) -> Response:
        old, new = (version_of(type, self.query[side]) for side in ("from", "to"))
        comparison = compare(schema_of(old), schema_of(new), self.query["policy"])
        return Response({"from": old.version, "to": new.version, **comparison.as_json()})


class MigrationsView(StrictView):
    required_scope = Scope.READ
    parser_classes = [SchemaParser]
    queries = {"GET": BetweenQuery}

    @extend_schema(
        operation_id="read_migration_path",
        summary="The shortest way from one version to another",
        responses={200: PathSerializer, **documented.READING},
    )
    def get(self, request: Request, type: str) -> Response:
        start, goal = (version_of(type, self.query[side]) for side in ("from", "to"))
        legs = migration_path(start.event_type, start.version, goal.version)
        shown = None if legs is None else [*map(_shown, legs)]
        return Response({"from": start.version, "to": goal.version, "legs": shown})

    @extend_schema(
        operation_id="try_migration",
        summary="Take data from one version to another",
        description="Nothing is stored. The answer says what is wrong with the data before and after.",
        request=TrialSerializer,
        responses={
            200: TriedSerializer,
            **problems({**WRITE_PROBLEMS, 400: NOT_MIGRATED, 404: documented.UNKNOWN, 409: NO_WAY}),
        },
        examples=[EXAMPLE],
    )
    def post(self, request: Request, type: str) -> Response:
        wish = body_of(TrialSerializer, request)
        start, goal = (version_of(type, wish[side]) for side in ("from", "to"))
        try:
            tried = try_migration(start, goal, wish["data"])
        except NoPathError as error:
            raise Answer(409, "no-path", "No migration", str(error)) from error
        except MigrationError as error:
            raise refused([Problem(f"/data{error.place}", error.message)]) from error
        faults = {name: [fault.as_json() for fault in getattr(tried, name)] for name in _FAULTS}
        legs = [*map(_shown, tried.legs)]
        return Response({"from": start.version, "to": goal.version, "legs": legs, "data": tried.data, **faults})


_FAULTS = ("faults_before", "faults_after")


def _shown(leg: Leg) -> dict[str, Any]:
    return {"from": leg.start, "to": leg.to, "steps": leg.steps}
