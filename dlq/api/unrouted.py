"""Unrouted events over the API: listed, and routed again once the rules are mended and published."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dlq.api.filters import UnroutedQuery
from dlq.api.many import MANY, MANY_RESPONSES, RouteManySerializer, act_on_many
from dlq.models import Operation
from dlq.operations.subject import matching_unrouted
from events.api.authentication import caller_of
from events.api.documented import problems
from events.api.pages import page_body, paged
from events.api.strict import StrictView
from events.api_keys import Scope
from routing.api.filters import FOUND_PROBLEMS, event_query, searching
from routing.api.representation import EventIdentitySerializer
from routing.models import Unrouted
from routing.search.bounded import bounded


class UnroutedEventSerializer(serializers.ModelSerializer[Unrouted]):
    """An event that no rule of the routing table `table_version` matched."""

    event = EventIdentitySerializer(source="entry")

    class Meta:
        model = Unrouted
        fields = ("event", "table_version", "since")


class UnroutedPageSerializer(serializers.Serializer[Any]):
    """`next` goes on where the page ends; null at the end."""

    items = UnroutedEventSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class UnroutedView(StrictView):
    required_scope = Scope.READ
    queries = {"GET": UnroutedQuery}

    @extend_schema(
        operation_id="list_unrouted",
        summary="Events that no rule matched, the newest first",
        description="Bounded in time: one that would take too long is 503 `search-timeout`, to be narrowed.",
        responses={200: UnroutedPageSerializer, **problems(FOUND_PROBLEMS)},
    )
    def get(self, request: Request) -> Response:
        query, tenant = event_query(UnroutedQuery, self.query), caller_of(request).tenant
        with searching(UnroutedQuery), bounded():
            rows = matching_unrouted(query, tenant=tenant).select_related("entry")
            rows = rows.defer("entry__data", "entry__extensions", "entry__fingerprint")
            page, following = paged(rows, self.query)
        return Response(page_body(list(UnroutedEventSerializer(page, many=True).data), following))


class RouteAgainView(StrictView):
    required_scope = Scope.OPERATE

    @extend_schema(
        operation_id="route_unrouted_again",
        summary="Route unrouted events again",
        description=f"Mend the rules and publish them first. {MANY}",
        request=RouteManySerializer,
        responses=MANY_RESPONSES,
    )
    def post(self, request: Request) -> Response:
        wish = RouteManySerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        return act_on_many(Operation.Kind.ROUTE_AGAIN, wish, caller_of(request))
