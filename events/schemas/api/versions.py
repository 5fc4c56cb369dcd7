"""Schema versions over the API: drafts are written, activated versions are read."""

from urllib.parse import quote

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import configuration as documented
from events.api.authentication import caller_of
from events.api.documented import READ_PROBLEMS, WRITE_PROBLEMS, problems
from events.api.etags import created, expected_revision, seen_revision, tagged
from events.api.pages import page_body, paged
from events.api.schema import link, links
from events.api.strict import body_of
from events.models import EventType, SchemaVersion
from events.schemas.api.bodies import SchemaParser
from events.schemas.api.refusals import as_problems
from events.schemas.api.types import type_named
from events.schemas.api.version_representation import (
    NewVersionSerializer,
    VersionPageSerializer,
    VersionQuery,
    VersionSerializer,
    shown_version,
    summary_of,
    take_version,
)
from events.schemas.registry.read import written
from events.schemas.registry.versions import delete_draft, save_draft

EXAMPLE = OpenApiExample(
    "A first version",
    {
        "schema": {
            "type": "object",
            "required": ["order", "total"],
            "properties": {"order": {"type": "string", "format": "uuid"}, "total": {"type": "number", "minimum": 0}},
        },
        "note": "what the shop sends since May",
    },
    request_only=True,
)
IMMUTABLE = "It was activated: it stays as it is."
NOT_SAVED = "The number is taken, or the version was activated: it stays as it is."
_PATH = {"type": "$response.body#/type", "version": "$response.body#/version"}
_TAGGED = {**_PATH, "If-Match": "$response.header.ETag"}
LINKED = {
    "read": link("read_schema_version", **_PATH),
    "schema": link("read_schema", **_PATH),
    "consequences": link("read_schema_consequences", **_PATH),
    "replace": {**link("replace_schema_draft", **_TAGGED), "requestBody": "$response.body"},
    "activate": link("activate_schema_version", **_TAGGED),
    "delete": link("delete_schema_draft", **_TAGGED),
}
SAVING = problems({**WRITE_PROBLEMS, 400: documented.INVALID, 404: documented.UNKNOWN, 409: NOT_SAVED})
REPLACING = {**SAVING, **problems(documented.PRECONDITIONS)}


class VersionsView(documented.ConfigurationView):
    parser_classes = [SchemaParser]
    queries = {"GET": VersionQuery}

    @extend_schema(
        operation_id="list_schema_versions",
        summary="The versions of an event type's schema, the newest first",
        responses={200: VersionPageSerializer, **documented.READING},
    )
    def get(self, request: Request, type: str) -> Response:
        rows = _rows(type_named(type)).defer("draft", "changes", "counterexample", "changelog")
        if "status" in self.query:
            rows = rows.filter(status=self.query["status"])
        page, following = paged(rows, self.query)
        return Response(page_body([*map(summary_of, page)], following))

    @extend_schema(
        operation_id="create_schema_draft",
        summary="Draft a version",
        description="It is compared with its ancestor, and decides about no event until it is activated.",
        request=NewVersionSerializer,
        parameters=[documented.etag(201), documented.LOCATION],
        responses={201: VersionSerializer, **SAVING},
        examples=[EXAMPLE],
        extensions=links(201, **LINKED),
    )
    def post(self, request: Request, type: str) -> Response:
        event_type = type_named(type)
        wish = body_of(NewVersionSerializer, request)
        version = SchemaVersion(event_type=event_type)
        with as_problems():
            take_version(version, wish)
            save_draft(version, written(wish["schema"]), expected=None, by=caller_of(request))
        place = f"{quote(request.path)}/{version.version}"
        return created(version, shown_version(version_of(type, version.version)), place)


class VersionView(documented.ConfigurationView):
    parser_classes = [SchemaParser]

    @extend_schema(
        operation_id="read_schema_version",
        summary="A version of an event type's schema",
        parameters=[documented.etag(200)],
        responses={200: VersionSerializer, **documented.READING},
        extensions=links(200, **{name: one for name, one in LINKED.items() if name != "read"}),
    )
    def get(self, request: Request, type: str, version: str) -> Response:
        found = version_of(type, version)
        return tagged(found, shown_version(found))

    @extend_schema(
        operation_id="replace_schema_draft",
        summary="Change a draft",
        description=(
            "The whole version, as it was read but for what is to change. It is compared again. Migrations that were "
            "derived for another schema are derived again if they are sent back empty."
        ),
        request=VersionSerializer,
        parameters=[documented.IF_MATCH, documented.etag(200)],
        responses={200: VersionSerializer, **REPLACING},
        extensions=links(200, **{name: one for name, one in LINKED.items() if name != "replace"}),
    )
    def put(self, request: Request, type: str, version: str) -> Response:
        draft = version_of(type, version)
        expected = seen_revision(request, draft)
        wish = body_of(VersionSerializer, request, shown=shown_version(draft))
        with as_problems():
            take_version(draft, wish)
            save_draft(draft, written(wish["schema"]), expected=expected, by=caller_of(request))
        return tagged(draft, shown_version(version_of(type, draft.version)))

    @extend_schema(
        operation_id="delete_schema_draft",
        summary="Delete a draft",
        parameters=[documented.IF_MATCH],
        responses={
            204: None,
            **problems({**READ_PROBLEMS, 404: documented.UNKNOWN, 409: IMMUTABLE, **documented.PRECONDITIONS}),
        },
    )
    def delete(self, request: Request, type: str, version: str) -> Response:
        with as_problems():
            delete_draft(version_of(type, version), expected=expected_revision(request), by=caller_of(request))
        return Response(status=204)


def version_of(type_name: str, number: str) -> SchemaVersion:
    """The version with its type and ancestor. Raises Http404."""
    rows = _rows(type_named(type_name))
    found = None if "\0" in number else rows.filter(version=number).first()
    if found is None:
        raise Http404
    return found


def _rows(event_type: EventType) -> QuerySet[SchemaVersion]:
    return SchemaVersion.objects.filter(event_type=event_type).select_related("event_type", "ancestor")
