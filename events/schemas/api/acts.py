"""Activating, deprecating and retiring versions over the API, and what activating would do."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import configuration as documented
from events.api.authentication import caller_of
from events.api.documented import WRITE_PROBLEMS, problems
from events.api.etags import expected_revision, tagged
from events.api.strict import NoBody, StrictView, body_of
from events.api_keys import Scope
from events.models import SchemaVersion
from events.schemas.api.comparison_representation import ConsequencesQuery, ConsequencesSerializer
from events.schemas.api.refusals import as_problems
from events.schemas.api.version_representation import ActNoteSerializer, VersionSerializer, shown_version
from events.schemas.api.versions import version_of
from events.schemas.registry.activate import activate, deprecate, retire
from events.schemas.registry.consequences import would_fail

NOTE = OpenApiExample("With its reason", {"note": "the shop sends totals in cents from now on"}, request_only=True)
STALE = "It is no draft, or was compared with another version than the one that is active: save it again."
WRONG_STATUS = "Its status does not allow this."
NOTE_MISSING = "The body is invalid, or a note is needed."
_ACT = {**WRITE_PROBLEMS, 404: documented.UNKNOWN, 409: WRONG_STATUS, **documented.PRECONDITIONS}
_DOCUMENTED: dict[str, Any] = {
    "parameters": [documented.IF_MATCH, documented.etag(200)],
    "responses": {200: VersionSerializer, **problems({**_ACT, 400: NOTE_MISSING})},
}


class ActivateView(StrictView):
    required_scope = Scope.PUBLISH

    @extend_schema(
        operation_id="activate_schema_version",
        summary="Activate a draft",
        description="It decides about the type's events at once, and the version that was active is deprecated.",
        request=ActNoteSerializer,
        parameters=_DOCUMENTED["parameters"],
        responses={**_DOCUMENTED["responses"], **problems({409: STALE})},
        examples=[NOTE],
    )
    def post(self, request: Request, type: str, version: str) -> Response:
        found, note = version_of(type, version), _note(request)
        with as_problems():
            activate(found, note=note, expected=expected_revision(request), by=caller_of(request))
        return _shown(type, found)


class DeprecateView(StrictView):
    required_scope = Scope.PUBLISH

    @extend_schema(
        operation_id="deprecate_schema_version",
        summary="Take back that a version was retired",
        description="Its events are accepted and marked again. An active version is deprecated by activating another.",
        request=None,
        **_DOCUMENTED,
    )
    def post(self, request: Request, type: str, version: str) -> Response:
        NoBody(data=request.data).is_valid(raise_exception=True)
        found = version_of(type, version)
        with as_problems():
            deprecate(found, expected=expected_revision(request), by=caller_of(request))
        return _shown(type, found)


class RetireView(StrictView):
    required_scope = Scope.PUBLISH

    @extend_schema(
        operation_id="retire_schema_version",
        summary="Retire a version",
        description=(
            "Its events are refused, or migrated where the type says so. Without an active version, events that name "
            "none are refused."
        ),
        request=ActNoteSerializer,
        **_DOCUMENTED,
        examples=[NOTE],
    )
    def post(self, request: Request, type: str, version: str) -> Response:
        found, note = version_of(type, version), _note(request)
        with as_problems():
            retire(found, note=note, expected=expected_revision(request), by=caller_of(request))
        return _shown(type, found)


class ConsequencesView(StrictView):
    required_scope = Scope.READ
    queries = {"GET": ConsequencesQuery}

    @extend_schema(
        operation_id="read_schema_consequences",
        summary="How many stored events a version would refuse",
        description="Of the tenant's newest events of the type, as they are, whichever version they named.",
        responses={200: ConsequencesSerializer, **documented.READING},
    )
    def get(self, request: Request, type: str, version: str) -> Response:
        found = would_fail(version_of(type, version), self.query["limit"], tenant=caller_of(request).tenant)
        samples = [{"event": one.uuid, "faults": [fault.as_json() for fault in one.faults]} for one in found.samples]
        counts = {name: getattr(found, name) for name in ("looked_at", "failing", "mended")}
        return Response({**counts, "samples": samples})


def _note(request: Request) -> str:
    return str(body_of(ActNoteSerializer, request)["note"])


def _shown(type_name: str, version: SchemaVersion) -> Response:
    found = version_of(type_name, version.version)
    return tagged(found, shown_version(found))
