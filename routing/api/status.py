"""How the platform stands, over the API: of everything, and of each destination."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from events.api.documented import READ_PROBLEMS, problems
from events.api.strict import StrictView
from events.api_keys import Scope
from routing.destination_config import kinds
from routing.numbers.read import DestinationNumbers, overview
from routing.platform_health import PlatformHealth, platform_health

UNKNOWN = "No destination has this name or id."
KINDS = tuple(kinds())
STATES = ("ready", "paused", "unreachable", "paused+unreachable")


class DestinationStatusSerializer(serializers.Serializer[DestinationNumbers]):
    """How a destination stands. Depths are as last measured; counts are of the last hour."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(KINDS)
    healthy = serializers.SerializerMethodField()
    state = serializers.ChoiceField(STATES)
    reason = serializers.CharField(help_text="Why it is not ready; empty when it is.")
    waiting = serializers.IntegerField(help_text="Deliveries that wait for it.")
    oldest_seconds = serializers.FloatField(allow_null=True, help_text="The age of the oldest of those.")
    dead = serializers.IntegerField(help_text="Dead letters.")
    delivered_last_hour = serializers.IntegerField(source="delivered_hour")
    failed_last_hour = serializers.IntegerField(source="failed_hour", help_text="Tries that failed.")
    dead_last_hour = serializers.IntegerField(source="dead_hour")
    failovers_last_hour = serializers.IntegerField(source="failover_hour", help_text="Deliveries that left it.")
    success_share = serializers.FloatField(
        allow_null=True, min_value=0, max_value=1, help_text="Delivered of those that were delivered or died."
    )

    def get_healthy(self, numbers: DestinationNumbers) -> bool:
        return numbers.state == "ready"


class RuleStatusSerializer(serializers.Serializer[Any]):
    """A rule of the published table, in the order in which rules are tried."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    matched_today = serializers.IntegerField(help_text="Events since 00:00 UTC.")


class StatusSerializer(serializers.Serializer[PlatformHealth]):
    """The platform at a glance. The numbers are of all tenants; depths are as last measured."""

    health = serializers.ChoiceField(["healthy", "degraded", "unhealthy"], source="verdict")
    problems = serializers.ListField(child=serializers.CharField(), help_text="Why it is not healthy.")
    healthy_destinations = serializers.IntegerField()
    all_destinations = serializers.IntegerField()
    primary_healthy = serializers.BooleanField(
        allow_null=True,
        help_text="Whether all destinations are ready that PRIMARY_ONLY and FAILOVER rules name first.",
    )
    primaries = serializers.ListField(child=serializers.CharField(), help_text="Those destinations.")
    success_share = serializers.FloatField(source="numbers.success_share", allow_null=True, min_value=0, max_value=1)
    accepted_per_second = serializers.FloatField(source="numbers.accepted_per_second")
    delivered_per_second = serializers.FloatField(source="numbers.delivered_per_second")
    failovers_last_hour = serializers.IntegerField()
    fresh = serializers.IntegerField(source="numbers.fresh", help_text="Events that wait for the relay.")
    waiting = serializers.IntegerField(source="numbers.waiting", help_text="Deliveries that wait for a destination.")
    oldest_seconds = serializers.FloatField(source="numbers.oldest_seconds", allow_null=True)
    dead = serializers.IntegerField(source="numbers.dead")
    unrouted = serializers.IntegerField(source="numbers.unrouted")
    workers = serializers.IntegerField(source="numbers.workers", help_text="Processes that drain.")
    beat_alive = serializers.BooleanField(source="numbers.beat_alive")
    measured_seconds_ago = serializers.FloatField(source="numbers.measured_seconds_ago", allow_null=True)
    table_version = serializers.IntegerField(source="numbers.table_version", allow_null=True)
    published_at = serializers.DateTimeField(source="numbers.published_at", allow_null=True)
    rules = RuleStatusSerializer(many=True)
    destinations = DestinationStatusSerializer(source="numbers.destinations", many=True)


class DestinationStatusListSerializer(serializers.Serializer[Any]):
    items = DestinationStatusSerializer(many=True)


class StatusView(StrictView):
    required_scope = Scope.READ

    @extend_schema(
        operation_id="read_status",
        summary="The platform at a glance",
        responses={200: StatusSerializer, **problems(READ_PROBLEMS)},
    )
    def get(self, request: Request) -> Response:
        return Response(StatusSerializer(platform_health()).data)


class DestinationStatusesView(StrictView):
    required_scope = Scope.READ

    @extend_schema(
        operation_id="list_destination_statuses",
        summary="How each destination stands",
        description="All of them, by name.",
        responses={200: DestinationStatusListSerializer, **problems(READ_PROBLEMS)},
    )
    def get(self, request: Request) -> Response:
        every: Any = overview().destinations
        return Response({"items": DestinationStatusSerializer(every, many=True).data})


class DestinationStatusView(StrictView):
    required_scope = Scope.READ

    @extend_schema(
        operation_id="read_destination_status",
        summary="How a destination stands",
        description="By its name or, if none is called so, its id.",
        responses={200: DestinationStatusSerializer, **problems({**READ_PROBLEMS, 404: UNKNOWN})},
    )
    def get(self, request: Request, destination: str) -> Response:
        every = overview().destinations
        named = [each for each in every if each.name == destination]
        found = named or [each for each in every if str(each.id) == destination]
        if not found:
            raise Http404
        return Response(DestinationStatusSerializer(found[0]).data)
