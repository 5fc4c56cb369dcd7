"""Routing rules over the API: drafts, in the order in which they are tried."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import configuration as documented
from events.api.authentication import caller_of
from events.api.drafts import DraftQuery, asked_for
from events.api.etags import created, expected_revision, seen_revision, tagged
from events.api.pages import page_body
from events.api.schema import links
from events.api.strict import body_of
from routing.api.refusals import as_problems
from routing.api.rule_representation import NewRoutingRuleSerializer, RoutingRuleSerializer, shown_rule, take_rule
from routing.models import RoutingRule
from routing.rules import delete_rule, save_rule

EXAMPLE = OpenApiExample(
    "Failover for branches",
    {
        "name": "Branches", "priority": 300, "type_pattern": "*.branch.*", "strategy": "FAILOVER",
        "destinations": [{"name": "nats"}, {"name": "eventbridge"}],
    },
    request_only=True,
)  # fmt: skip


class RoutingRulePageSerializer(serializers.Serializer[Any]):
    items = RoutingRuleSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page, if there is one.")


class RulesView(documented.ConfigurationView):
    parser_classes = [documented.ConfigurationParser]
    queries = {"GET": DraftQuery}

    @extend_schema(
        operation_id="list_rules",
        summary="Routing rules, in the order they are tried",
        description="The drafts, as they are edited. What events go by is the newest routing table.",
        responses={200: RoutingRulePageSerializer, **documented.LISTING},
    )
    def get(self, request: Request) -> Response:
        rules, following = asked_for(_rows(), self.query)
        return Response(page_body([*map(shown_rule, rules)], following))

    @extend_schema(
        operation_id="create_rule",
        summary="Add a routing rule",
        description="It takes effect when it is published.",
        request=NewRoutingRuleSerializer,
        parameters=[documented.etag(201), documented.LOCATION],
        responses={201: RoutingRuleSerializer, **documented.CREATING},
        examples=[EXAMPLE],
        extensions=links(
            201,
            read=documented.by_id("read_rule"),
            replace=documented.put_back("replace_rule"),
            delete=documented.with_tag("delete_rule"),
        ),
    )
    def post(self, request: Request) -> Response:
        wish = body_of(NewRoutingRuleSerializer, request)
        rule = RoutingRule()
        with as_problems():
            targets = take_rule(rule, wish)
            save_rule(rule, targets, expected=None, by=caller_of(request))
        return created(rule, shown_rule(_rule(rule.pk)), f"{request.path}/{rule.pk}")


class RuleView(documented.ConfigurationView):
    parser_classes = [documented.ConfigurationParser]

    @extend_schema(
        operation_id="read_rule",
        summary="A routing rule",
        parameters=[documented.etag(200)],
        responses={200: RoutingRuleSerializer, **documented.READING},
        extensions=links(200, replace=documented.put_back("replace_rule"), delete=documented.with_tag("delete_rule")),
    )
    def get(self, request: Request, id: int) -> Response:
        rule = _rule(id)
        return tagged(rule, shown_rule(rule))

    @extend_schema(
        operation_id="replace_rule",
        summary="Change a routing rule",
        description="The whole rule, as it was read but for what is to change. It takes effect when it is published.",
        request=RoutingRuleSerializer,
        parameters=[documented.IF_MATCH, documented.etag(200)],
        responses={200: RoutingRuleSerializer, **documented.REPLACING},
        extensions=links(200, read=documented.by_id("read_rule"), delete=documented.with_tag("delete_rule")),
    )
    def put(self, request: Request, id: int) -> Response:
        rule = _rule(id)
        expected = seen_revision(request, rule)
        wish = body_of(RoutingRuleSerializer, request, shown=shown_rule(rule))
        with as_problems():
            targets = take_rule(rule, wish)
            save_rule(rule, targets, expected=expected, by=caller_of(request))
        return tagged(rule, shown_rule(_rule(rule.pk)))

    @extend_schema(
        operation_id="delete_rule",
        summary="Delete a routing rule",
        description="Routing tables that were published with it keep it.",
        parameters=[documented.IF_MATCH],
        responses={204: None, **documented.DELETING},
    )
    def delete(self, request: Request, id: int) -> Response:
        with as_problems():
            delete_rule(_rule(id), expected=expected_revision(request), by=caller_of(request))
        return Response(status=204)


def _rows() -> QuerySet[RoutingRule]:
    return RoutingRule.objects.prefetch_related("targets__destination")


def _rule(id_: int) -> RoutingRule:
    return get_object_or_404(_rows(), pk=id_)
