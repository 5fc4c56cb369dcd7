"""Operations over the API: how far an act on many is, and cancelling it."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dlq.models import Operation
from dlq.operations.cancel import cancel
from events.api.authentication import caller_of
from events.api.documented import READ_PROBLEMS, WRITE_PROBLEMS, problems
from events.api.pages import PageQuery, page_body, paged
from events.api.problems import Problem
from events.api.strict import NoBody, StrictView
from events.api_keys import Scope

UNKNOWN = "No operation of the key's tenant has this id."


class OperationSerializer(serializers.ModelSerializer[Operation]):
    """An act on many, done in the background. It is over when `finished_at` is set."""

    id = serializers.UUIDField(source="uuid")
    query = serializers.SerializerMethodField()
    ids = serializers.SerializerMethodField()

    class Meta:
        model = Operation
        fields = (
            "id", "kind", "state", "query", "ids", "reason", "by", "rate", "total", "taken", "cancel_requested",
            "cancelled_by", "as_of", "created_at", "started_at", "finished_at", "error",
        )  # fmt: skip

    @extend_schema_field({"type": ["string", "null"], "description": "In the words of the search; empty means all."})
    def get_query(self, operation: Operation) -> str | None:
        query: str | None = operation.filter.get("query")
        return query

    @extend_schema_field({"type": ["integer", "null"], "description": "How many ids were named."})
    def get_ids(self, operation: Operation) -> int | None:
        return len(operation.filter["ids"]) if "ids" in operation.filter else None


class OperationPageSerializer(serializers.Serializer[Any]):
    items = OperationSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page; null on the last one.")


class OperationQuery(PageQuery):
    state = serializers.ChoiceField(Operation.State.choices, required=False)
    kind = serializers.ChoiceField(Operation.Kind.choices, required=False)


def address_of(operation: Operation) -> str:
    return reverse("operation", args=[operation.uuid])


def _operation(request: Request, uuid: UUID) -> Operation:
    """An operation of the caller's tenant, or 404."""
    found = Operation.objects.filter(tenant=caller_of(request).tenant, uuid=uuid).first()
    if found is None:
        raise Http404
    return found


class OperationsView(StrictView):
    required_scope = Scope.READ
    queries = {"GET": OperationQuery}

    @extend_schema(
        operation_id="list_operations",
        summary="Acts on many events, the newest first",
        responses={200: OperationPageSerializer, **problems(READ_PROBLEMS)},
    )
    def get(self, request: Request) -> Response:
        wanted = {name: self.query[name] for name in ("state", "kind") if name in self.query}
        page, following = paged(Operation.objects.filter(tenant=caller_of(request).tenant, **wanted), self.query)
        return Response(page_body(list(OperationSerializer(page, many=True).data), following))


class OperationView(StrictView):
    required_scope = Scope.READ

    @extend_schema(
        operation_id="read_operation",
        summary="How far an act on many events is",
        responses={200: OperationSerializer, **problems({**READ_PROBLEMS, 404: UNKNOWN})},
    )
    def get(self, request: Request, uuid: UUID) -> Response:
        return Response(OperationSerializer(_operation(request, uuid)).data)


class CancelView(StrictView):
    required_scope = Scope.OPERATE

    @extend_schema(
        operation_id="cancel_operation",
        summary="Stop an act on many events",
        description="What it has done stays done. It ends after the slice that is in hand.",
        request=None,
        responses={
            202: OperationSerializer,
            **problems({**WRITE_PROBLEMS, 404: UNKNOWN, 409: "It is over: it cannot be cancelled."}),
        },
    )
    def post(self, request: Request, uuid: UUID) -> Response:
        NoBody(data=request.data).is_valid(raise_exception=True)
        operation = _operation(request, uuid)
        if not cancel(operation, by=caller_of(request)):
            raise Problem(409, "not-open", "Over", "the operation is over: it cannot be cancelled")
        return Response(OperationSerializer(operation).data, status=202)
