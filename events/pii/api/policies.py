"""PII policies over the API: drafts, until a set is published with them."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import configuration as documented
from events.api.authentication import caller_of
from events.api.etags import expected_revision, stale, tagged
from events.api.line import Line
from events.api.pages import PageQuery, page_body, read_cursor, read_text, write_cursor
from events.api.schema import links
from events.api.strict import StrictView
from events.api_keys import Scope
from events.models import PiiPolicy
from events.pii.api.policy_representation import (
    NewPiiPolicySerializer,
    PiiPolicyPageSerializer,
    PiiPolicySerializer,
    shown_policy,
    take_policy,
)
from events.pii.api.refusals import as_problems
from events.pii.publishing.drafts import delete_policy, save_policy

# Cursors have no negative numbers, priorities are above this one's.
HIGHEST = 2**32
SCOPES = {"GET": Scope.READ}
EXAMPLE = OpenApiExample(
    "Cards are refused, e-mail addresses stay comparable",
    {
        "name": "Orders", "priority": 100, "type_pattern": "com.example.order.*", "environments": ["production"],
        "kinds": {"credit_card": "BLOCK", "email": "ANONYMIZE"},
        "paths": [{"path": "/data/shop/**", "action": "ignore"}],
    },
    request_only=True,
)  # fmt: skip
LINKED = {
    "read": documented.by_id("read_pii_policy"),
    "replace": documented.put_back("replace_pii_policy"),
    "delete": documented.with_tag("delete_pii_policy"),
}


class PolicyQuery(PageQuery):
    name = Line(required=False, max_length=100, help_text="Of exactly this name.")
    enabled = serializers.ChoiceField(["true", "false"], required=False)


class PoliciesView(StrictView):
    required_scope = Scope.CONFIGURE
    required_scopes = SCOPES
    parser_classes = [documented.ConfigurationParser]
    queries = {"GET": PolicyQuery}

    @extend_schema(
        operation_id="list_pii_policies",
        summary="PII policies, in the order they are tried",
        description="The drafts, as they are edited. What events are decided by is the newest published set.",
        responses={200: PiiPolicyPageSerializer, **documented.LISTING},
    )
    def get(self, request: Request) -> Response:
        policies, following = _page(_asked_for(self.query), self.query)
        return Response(page_body([*map(shown_policy, policies)], following))

    @extend_schema(
        operation_id="create_pii_policy",
        summary="Add a PII policy",
        description="It takes effect when it is published.",
        request=NewPiiPolicySerializer,
        parameters=[documented.etag(201), documented.LOCATION],
        responses={201: PiiPolicySerializer, **documented.CREATING},
        examples=[EXAMPLE],
        extensions=links(201, **LINKED),
    )
    def post(self, request: Request) -> Response:
        wish: Any = NewPiiPolicySerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        policy = PiiPolicy()
        take_policy(policy, wish.validated_data)
        with as_problems():
            save_policy(policy, expected=None, by=caller_of(request))
        response = tagged(policy, shown_policy(_policy(policy.pk)), 201)
        response["Location"] = f"{request.path}/{policy.pk}"
        return response


class PolicyView(StrictView):
    required_scope = Scope.CONFIGURE
    required_scopes = SCOPES
    parser_classes = [documented.ConfigurationParser]

    @extend_schema(
        operation_id="read_pii_policy",
        summary="A PII policy",
        parameters=[documented.etag(200)],
        responses={200: PiiPolicySerializer, **documented.READING},
        extensions=links(200, replace=LINKED["replace"], delete=LINKED["delete"]),
    )
    def get(self, request: Request, id: int) -> Response:
        policy = _policy(id)
        return tagged(policy, shown_policy(policy))

    @extend_schema(
        operation_id="replace_pii_policy",
        summary="Change a PII policy",
        description="The whole policy, as it was read but for what is to change. It takes effect when it is published.",
        request=PiiPolicySerializer,
        parameters=[documented.IF_MATCH, documented.etag(200)],
        responses={200: PiiPolicySerializer, **documented.REPLACING},
        extensions=links(200, read=LINKED["read"], delete=LINKED["delete"]),
    )
    def put(self, request: Request, id: int) -> Response:
        policy, expected = _policy(id), expected_revision(request)
        if policy.revision != expected:
            raise stale()
        wish: Any = PiiPolicySerializer(data=request.data, context={"shown": shown_policy(policy)})
        wish.is_valid(raise_exception=True)
        take_policy(policy, wish.validated_data)
        with as_problems():
            save_policy(policy, expected=expected, by=caller_of(request))
        return tagged(policy, shown_policy(_policy(id)))

    @extend_schema(
        operation_id="delete_pii_policy",
        summary="Delete a PII policy",
        description="Sets that were published with it keep it.",
        parameters=[documented.IF_MATCH],
        responses={204: None, **documented.DELETING},
    )
    def delete(self, request: Request, id: int) -> Response:
        with as_problems():
            delete_policy(_policy(id), expected=expected_revision(request), by=caller_of(request))
        return Response(status=204)


def _policy(id_: int) -> PiiPolicy:
    policy = PiiPolicy.objects.filter(pk=id_).first()
    if policy is None:
        raise Http404
    return policy


def _asked_for(query: dict[str, Any]) -> QuerySet[PiiPolicy]:
    rows = PiiPolicy.objects.all()
    if "name" in query:
        rows = rows.filter(name=query["name"])
    if "enabled" in query:
        rows = rows.filter(enabled=query["enabled"] == "true")
    return rows


def _page(rows: QuerySet[PiiPolicy], query: dict[str, Any]) -> tuple[list[PiiPolicy], str | None]:
    """In the order they are tried, which is not that of their ids."""
    if "cursor" in query:
        priority, name = read_cursor(query["cursor"]) - HIGHEST, read_text(query["cursor"])
        rows = rows.filter(Q(priority__lt=priority) | Q(priority=priority, name__gt=name))
    found = list(rows.order_by("-priority", "name")[: query["limit"] + 1])
    page = found[: query["limit"]]
    return page, write_cursor(page[-1].priority + HIGHEST, page[-1].name) if len(found) > len(page) else None
