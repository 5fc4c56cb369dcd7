"""Event types over the API."""

from typing import Any
from urllib.parse import quote

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import configuration as documented
from events.api.authentication import caller_of
from events.api.documented import READ_PROBLEMS, problems
from events.api.etags import created, expected_revision, seen_revision, tagged
from events.api.pages import page_body, read_text, write_cursor
from events.api.schema import link, links
from events.api.strict import body_of
from events.models import EventType, SchemaVersion
from events.schemas.api.bodies import SchemaParser
from events.schemas.api.refusals import as_problems
from events.schemas.api.type_representation import (
    EventTypePageSerializer,
    EventTypeQuery,
    EventTypeSerializer,
    NewEventTypeSerializer,
    shown_type,
    take_type,
)
from events.schemas.registry.types import delete_type, save_type

EXAMPLE = OpenApiExample(
    "A type", {"name": "com.example.order.placed", "category": "orders", "owner": "checkout"}, request_only=True
)
IN_USE = "Versions of it were activated: block it instead."
BY_NAME = {"type": "$response.body#/name"}
WITH_TAG = {**BY_NAME, "If-Match": "$response.header.ETag"}
LINKED = {
    "read": link("read_event_type", **BY_NAME),
    "replace": {**link("replace_event_type", **WITH_TAG), "requestBody": "$response.body"},
    "delete": link("delete_event_type", **WITH_TAG),
    "versions": link("list_schema_versions", **BY_NAME),
}


class EventTypesView(documented.ConfigurationView):
    parser_classes = [SchemaParser]
    queries = {"GET": EventTypeQuery}

    @extend_schema(
        operation_id="list_event_types",
        summary="Event types, by name",
        responses={200: EventTypePageSerializer, **documented.LISTING},
    )
    def get(self, request: Request) -> Response:
        types, following = _page(_asked_for(self.query), self.query)
        return Response(page_body([*map(shown_type, types)], following))

    @extend_schema(
        operation_id="create_event_type",
        summary="Register an event type",
        description="Its events are let in from now on: unvalidated, and marked so, until a version is activated.",
        request=NewEventTypeSerializer,
        parameters=[documented.etag(201), documented.LOCATION],
        responses={201: EventTypeSerializer, **documented.CREATING},
        examples=[EXAMPLE],
        extensions=links(201, **LINKED),
    )
    def post(self, request: Request) -> Response:
        wish = body_of(NewEventTypeSerializer, request)
        event_type = EventType()
        take_type(event_type, wish)
        with as_problems():
            save_type(event_type, expected=None, by=caller_of(request))
        place = f"{request.path}/{quote(event_type.name, safe='')}"
        return created(event_type, shown_type(type_named(event_type.name)), place)


class EventTypeView(documented.ConfigurationView):
    parser_classes = [SchemaParser]

    @extend_schema(
        operation_id="read_event_type",
        summary="An event type",
        parameters=[documented.etag(200)],
        responses={200: EventTypeSerializer, **documented.READING},
        extensions=links(200, **{name: LINKED[name] for name in ("replace", "delete", "versions")}),
    )
    def get(self, request: Request, type: str) -> Response:
        event_type = type_named(type)
        return tagged(event_type, shown_type(event_type))

    @extend_schema(
        operation_id="replace_event_type",
        summary="Change an event type",
        description="The whole type, as it was read but for what is to change. It takes effect at once.",
        request=EventTypeSerializer,
        parameters=[documented.IF_MATCH, documented.etag(200)],
        responses={200: EventTypeSerializer, **documented.REPLACING},
        extensions=links(200, **{name: LINKED[name] for name in ("read", "delete", "versions")}),
    )
    def put(self, request: Request, type: str) -> Response:
        event_type = type_named(type)
        expected = seen_revision(request, event_type)
        wish = body_of(EventTypeSerializer, request, shown=shown_type(event_type))
        take_type(event_type, wish)
        with as_problems():
            save_type(event_type, expected=expected, by=caller_of(request))
        return tagged(event_type, shown_type(type_named(event_type.name)))

    @extend_schema(
        operation_id="delete_event_type",
        summary="Delete an event type with its drafts",
        description="One whose versions were activated is kept: stored events bear their numbers.",
        parameters=[documented.IF_MATCH],
        responses={
            204: None,
            **problems({**READ_PROBLEMS, 404: documented.UNKNOWN, 409: IN_USE, **documented.PRECONDITIONS}),
        },
    )
    def delete(self, request: Request, type: str) -> Response:
        with as_problems():
            delete_type(type_named(type), expected=expected_revision(request), by=caller_of(request))
        return Response(status=204)


def type_named(name: str) -> EventType:
    """The type of this name, with the number of its active version. Raises Http404."""
    # No name has U+0000, and PostgreSQL is not to be asked for one.
    event_type = None if "\0" in name else _rows().filter(name=name).first()
    if event_type is None:
        raise Http404
    return event_type


def _rows() -> QuerySet[EventType]:
    active = SchemaVersion.objects.filter(event_type=OuterRef("pk"), status=SchemaVersion.Status.ACTIVE)
    return EventType.objects.annotate(active=Subquery(active.values("version")))


def _asked_for(query: dict[str, Any]) -> QuerySet[EventType]:
    rows = _rows().filter(**{name: query[name] for name in ("category", "owner") if name in query})
    return rows.filter(allowed=query["allowed"] == "true") if "allowed" in query else rows


def _page(rows: QuerySet[EventType], query: dict[str, Any]) -> tuple[list[EventType], str | None]:
    if "cursor" in query:
        rows = rows.filter(name__gt=read_text(query["cursor"]))
    found = list(rows.order_by("name")[: query["limit"] + 1])
    page = found[: query["limit"]]
    return page, write_cursor(0, page[-1].name) if len(found) > len(page) else None
