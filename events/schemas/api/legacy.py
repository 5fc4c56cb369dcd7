"""Legacy types over the API."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import configuration as documented
from events.api.authentication import caller_of
from events.api.echoed import EchoSerializer
from events.api.etags import created, expected_revision, seen_revision, tagged
from events.api.line import Line, LineOrNone
from events.api.pages import PageQuery, page_body, paged
from events.api.schema import links
from events.api.strict import StrictSerializer, body_of
from events.envelope.attributes import MAX_TYPE_BYTES
from events.models import LegacyType, SchemaVersion
from events.problem import Problem
from events.schemas.api.bodies import SchemaParser
from events.schemas.api.fields import Number, steps
from events.schemas.api.refusals import as_problems
from events.schemas.errors import RegistryError
from events.schemas.registry.legacy import delete_legacy, save_legacy

NO_VERSION = Problem("/version", "the type has no such version")
EXAMPLE = OpenApiExample(
    "A renamed type",
    {
        "name": "order_placed", "type": "com.example.order.placed", "version": "1.0.0",
        "steps": [{"op": "rename", "path": "/orderId", "to": "order"}],
    },
    request_only=True,
)  # fmt: skip
LINKED = {
    "read": documented.by_id("read_legacy_type"),
    "replace": documented.put_back("replace_legacy_type"),
    "delete": documented.with_tag("delete_legacy_type"),
}
_STEPS = "What makes its data that of the version."


class LegacyTypeSerializer(EchoSerializer):
    """A type that producers used to send, taken for a version of today's type."""

    id = serializers.IntegerField(read_only=True)
    name = Line(max_length=MAX_TYPE_BYTES, help_text="The type, as old producers send it.")
    type = Line(max_length=MAX_TYPE_BYTES, help_text="Today's type.")
    version = Number(help_text="The version that its data is of, after the steps.")
    steps = steps(help_text=_STEPS)
    note = LineOrNone(max_length=200)
    revision = serializers.IntegerField(read_only=True, help_text="Counts the changes; the ETag is made from it.")


class NewLegacyTypeSerializer(StrictSerializer):
    """A new legacy type; what is left out is as below."""

    name = Line(max_length=MAX_TYPE_BYTES)
    type = Line(max_length=MAX_TYPE_BYTES)
    version = Number()
    steps = steps(default=list, help_text=_STEPS)
    note = LineOrNone(max_length=200, default="")


class LegacyTypePageSerializer(serializers.Serializer[Any]):
    items = LegacyTypeSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page, if there is one.")


class LegacyTypesView(documented.ConfigurationView):
    parser_classes = [SchemaParser]
    queries = {"GET": PageQuery}

    @extend_schema(
        operation_id="list_legacy_types",
        summary="Legacy types, the newest first",
        responses={200: LegacyTypePageSerializer, **documented.LISTING},
    )
    def get(self, request: Request) -> Response:
        page, following = paged(_rows(), self.query)
        return Response(page_body([*map(_shown, page)], following))

    @extend_schema(
        operation_id="create_legacy_type",
        summary="Map a legacy type to a version of today's",
        description="Its events are migrated as they come in, from now on.",
        request=NewLegacyTypeSerializer,
        parameters=[documented.etag(201), documented.LOCATION],
        responses={201: LegacyTypeSerializer, **documented.CREATING},
        examples=[EXAMPLE],
        extensions=links(201, **LINKED),
    )
    def post(self, request: Request) -> Response:
        wish = body_of(NewLegacyTypeSerializer, request)
        legacy = LegacyType()
        with as_problems():
            _take(legacy, wish)
            save_legacy(legacy, expected=None, by=caller_of(request))
        return created(legacy, _shown(_legacy(legacy.pk)), f"{request.path}/{legacy.pk}")


class LegacyTypeView(documented.ConfigurationView):
    parser_classes = [SchemaParser]

    @extend_schema(
        operation_id="read_legacy_type",
        summary="A legacy type",
        parameters=[documented.etag(200)],
        responses={200: LegacyTypeSerializer, **documented.READING},
        extensions=links(200, replace=LINKED["replace"], delete=LINKED["delete"]),
    )
    def get(self, request: Request, id: int) -> Response:
        legacy = _legacy(id)
        return tagged(legacy, _shown(legacy))

    @extend_schema(
        operation_id="replace_legacy_type",
        summary="Change a legacy type",
        description="The whole of it, as it was read but for what is to change. It takes effect at once.",
        request=LegacyTypeSerializer,
        parameters=[documented.IF_MATCH, documented.etag(200)],
        responses={200: LegacyTypeSerializer, **documented.REPLACING},
        extensions=links(200, read=LINKED["read"], delete=LINKED["delete"]),
    )
    def put(self, request: Request, id: int) -> Response:
        legacy = _legacy(id)
        expected = seen_revision(request, legacy)
        wish = body_of(LegacyTypeSerializer, request, shown=_shown(legacy))
        with as_problems():
            _take(legacy, wish)
            save_legacy(legacy, expected=expected, by=caller_of(request))
        return tagged(legacy, _shown(_legacy(id)))

    @extend_schema(
        operation_id="delete_legacy_type",
        summary="Forget a legacy type",
        description="Its events are of an unknown type from now on.",
        parameters=[documented.IF_MATCH],
        responses={204: None, **documented.DELETING},
    )
    def delete(self, request: Request, id: int) -> Response:
        with as_problems():
            delete_legacy(_legacy(id), expected=expected_revision(request), by=caller_of(request))
        return Response(status=204)


def _rows() -> QuerySet[LegacyType]:
    return LegacyType.objects.select_related("version__event_type")


def _legacy(id_: int) -> LegacyType:
    return get_object_or_404(_rows(), pk=id_)


def _shown(legacy: LegacyType) -> dict[str, Any]:
    plain = {name: getattr(legacy, name) for name in ("id", "name", "steps", "note", "revision")}
    version = {"type": legacy.version.event_type.name, "version": legacy.version.version}
    shown: dict[str, Any] = LegacyTypeSerializer({**plain, **version}).data
    return shown


def _take(legacy: LegacyType, wish: dict[str, Any]) -> None:
    """Put what was asked for into it, unsaved. Raises RegistryError for a version that there is not."""
    version = SchemaVersion.objects.filter(event_type__name=wish["type"], version=wish["version"]).first()
    if version is None:
        raise RegistryError([NO_VERSION])
    legacy.version = version
    for member in ("name", "steps", "note"):
        setattr(legacy, member, wish[member])
