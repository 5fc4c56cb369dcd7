"""Destinations over the API: changed live, paused and resumed, tested, deleted when nothing names them."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import configuration as documented
from events.api.authentication import caller_of
from events.api.documented import WRITE_PROBLEMS, problems
from events.api.etags import created, expected_revision, seen_revision, tagged
from events.api.pages import PageQuery, page_body, paged
from events.api.schema import link, links
from events.api.strict import NoBody, StrictView, body_of
from events.api_keys import Scope
from routing import destinations
from routing.api.destination_representation import (
    CheckSerializer,
    DestinationSerializer,
    NewDestinationSerializer,
    PauseSerializer,
    shown_destination,
    take_destination,
)
from routing.api.refusals import as_problems
from routing.check_connection import check_connection
from routing.destination_config import save_destination
from routing.models import Destination

IN_USE = "Something still names it: `errors` says what."
ACTING = problems({**WRITE_PROBLEMS, 404: documented.UNKNOWN})
EXAMPLE = OpenApiExample(
    "A stream",
    {
        "name": "nats-eu",
        "kind": "nats",
        "config": {"servers": ["tls://nats.example.com:4222"], "stream": "EVENTS", "creds": "file:/run/secrets/nats"},
    },
    request_only=True,
)


ROUTED_THERE = {
    "name": "$response.body#/name",
    "type_pattern": "com.example.*",
    "destinations": [{"name": "$response.body#/name"}],
}


class DestinationQuery(PageQuery):
    name = serializers.SlugField(required=False, max_length=64, help_text="Of exactly this name.")


class DestinationPageSerializer(serializers.Serializer[Any]):
    items = DestinationSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page, if there is one.")


class DestinationsView(documented.ConfigurationView):
    queries = {"GET": DestinationQuery}

    @extend_schema(
        operation_id="list_destinations",
        summary="Destinations",
        responses={200: DestinationPageSerializer, **documented.LISTING},
    )
    def get(self, request: Request) -> Response:
        rows = _rows().filter(name=self.query["name"]) if "name" in self.query else _rows()
        page, following = paged(rows, self.query, descending=False)
        return Response(page_body([*map(shown_destination, page)], following))

    @extend_schema(
        operation_id="create_destination",
        summary="Add a destination",
        description="Nothing goes there before a published rule names it. Secrets are references, never values.",
        request=NewDestinationSerializer,
        parameters=[documented.etag(201), documented.LOCATION],
        responses={201: DestinationSerializer, **documented.CREATING},
        examples=[EXAMPLE],
        extensions=links(
            201,
            read=documented.by_id("read_destination"),
            use={**link("create_rule"), "requestBody": ROUTED_THERE},
            test=documented.by_id("test_destination"),
            replace=documented.put_back("replace_destination"),
            delete=documented.with_tag("delete_destination"),
        ),
    )
    def post(self, request: Request) -> Response:
        wish = body_of(NewDestinationSerializer, request)
        destination = Destination()
        take_destination(destination, wish)
        with as_problems():
            save_destination(destination, expected=None, by=caller_of(request))
        return created(destination, shown_destination(destination), f"{request.path}/{destination.pk}")


class DestinationView(documented.ConfigurationView):
    @extend_schema(
        operation_id="read_destination",
        summary="A destination",
        parameters=[documented.etag(200)],
        responses={200: DestinationSerializer, **documented.READING},
        extensions=links(
            200,
            pause=documented.by_id("pause_destination"),
            resume=documented.by_id("resume_destination"),
            replace=documented.put_back("replace_destination"),
            delete=documented.with_tag("delete_destination"),
        ),
    )
    def get(self, request: Request, id: int) -> Response:
        return _shown(_destination(id))

    @extend_schema(
        operation_id="replace_destination",
        summary="Change a destination",
        description="The whole destination, as it was read but for what is to change. Workers go by it from their next"
        " batch on; one that is unreachable is tried again at once.",
        request=DestinationSerializer,
        parameters=[documented.IF_MATCH, documented.etag(200)],
        responses={200: DestinationSerializer, **documented.REPLACING},
        extensions=links(
            200, read=documented.by_id("read_destination"), delete=documented.with_tag("delete_destination")
        ),
    )
    def put(self, request: Request, id: int) -> Response:
        destination = _destination(id)
        expected = seen_revision(request, destination)
        wish = body_of(DestinationSerializer, request, shown=shown_destination(destination))
        take_destination(destination, wish)
        with as_problems():
            save_destination(destination, expected=expected, by=caller_of(request))
        return _shown(_destination(id))

    @extend_schema(
        operation_id="delete_destination",
        summary="Delete a destination that nothing names",
        parameters=[documented.IF_MATCH],
        responses={204: None, **documented.DELETING, **problems({409: IN_USE})},
    )
    def delete(self, request: Request, id: int) -> Response:
        with as_problems():
            destinations.delete(_destination(id), expected=expected_revision(request), by=caller_of(request))
        return Response(status=204)


class PauseView(StrictView):
    required_scope = Scope.OPERATE

    @extend_schema(
        operation_id="pause_destination",
        summary="Pause a destination",
        description="Its deliveries wait until it is resumed; their attempts and age stand still.",
        request=PauseSerializer,
        parameters=[documented.etag(200)],
        responses={200: DestinationSerializer, **ACTING},
        examples=[OpenApiExample("Maintenance", {"reason": "maintenance until 14:00"}, request_only=True)],
        extensions=links(200, resume=documented.by_id("resume_destination")),
    )
    def post(self, request: Request, id: int) -> Response:
        wish = body_of(PauseSerializer, request)
        destinations.pause(_destination(id), reason=wish["reason"], by=caller_of(request))
        return _shown(_destination(id))


class ResumeView(StrictView):
    required_scope = Scope.OPERATE

    @extend_schema(
        operation_id="resume_destination",
        summary="Resume a destination",
        description="One that is not paused stays as it is.",
        request=None,
        parameters=[documented.etag(200)],
        responses={200: DestinationSerializer, **ACTING},
    )
    def post(self, request: Request, id: int) -> Response:
        NoBody(data=request.data).is_valid(raise_exception=True)
        destinations.resume(_destination(id), by=caller_of(request))
        return _shown(_destination(id))


class TestView(StrictView):
    required_scope = Scope.OPERATE

    @extend_schema(
        operation_id="test_destination",
        summary="Test the connection of a destination",
        description="From the web process, which may be elsewhere than the workers, for five seconds at the most.",
        request=None,
        responses={200: CheckSerializer, **ACTING},
    )
    def post(self, request: Request, id: int) -> Response:
        NoBody(data=request.data).is_valid(raise_exception=True)
        return Response(CheckSerializer(check_connection(_destination(id), by=caller_of(request))).data)


def _rows() -> QuerySet[Destination]:
    return Destination.objects.select_related("health")


def _destination(id_: int) -> Destination:
    return get_object_or_404(_rows(), pk=id_)


def _shown(destination: Destination) -> Response:
    return tagged(destination, shown_destination(destination))
