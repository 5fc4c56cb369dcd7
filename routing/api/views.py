"""What became of an event, and routing the unrouted again."""

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from events.api.documented import PROBLEM
from events.api_keys import Caller, Scope
from events.models import OutboxEntry
from routing.api.representation import EventSerializer
from routing.api.strict import NoBody, StrictView
from routing.route_again import route_again
from routing.rule_names import rule_names

PROBLEM_JSON = "application/problem+json"
UNKNOWN = "No event of the key's tenant has this id."


READ_PROBLEMS = {
    400: "Something is unknown or invalid: `errors` names it.",
    401: "No valid API key.",
    403: "The API key lacks the scope.",
}
WRITE_PROBLEMS = {**READ_PROBLEMS, 413: "The body is too large.", 415: "The body is of another type than JSON."}


def problems(reasons: dict[int, str]) -> dict[Any, OpenApiResponse]:
    """The error answers of an operation, for its documentation."""
    return {(status, PROBLEM_JSON): OpenApiResponse(PROBLEM, why) for status, why in sorted(reasons.items())}


def caller_of(request: Request) -> Caller:
    assert isinstance(request.auth, Caller)
    return request.auth


class EventView(StrictView):
    required_scope = Scope.READ

    @extend_schema(
        operation_id="read_event",
        summary="An event, its deliveries and their attempts",
        responses={200: EventSerializer, **problems({**READ_PROBLEMS, 404: UNKNOWN})},
    )
    def get(self, request: Request, uuid: UUID) -> Response:
        entries = OutboxEntry.objects.filter(tenant=caller_of(request).tenant, uuid=uuid)
        entries = entries.select_related("pending", "unrouted")
        entry = entries.prefetch_related("deliveries__destination", "deliveries__tries").first()
        if entry is None:
            raise Http404
        context = {"rule_names": rule_names(entry.deliveries.all())}
        return Response(EventSerializer(entry, context=context).data)


class RoutedAgainSerializer(serializers.Serializer[Any]):
    routed_again = serializers.IntegerField(help_text="How many events go before the rules again; repeat until 0.")


class RouteAgainView(StrictView):
    required_scope = Scope.OPERATE

    @extend_schema(
        operation_id="route_unrouted_again",
        summary="Route the unrouted events again",
        description="All of the key's tenant, at most 100,000 in one call.",
        request=None,
        responses={200: RoutedAgainSerializer, **problems(WRITE_PROBLEMS)},
    )
    def post(self, request: Request) -> Response:
        NoBody(data=request.data).is_valid(raise_exception=True)
        return Response({"routed_again": route_again(tenant=caller_of(request).tenant)})
