"""PII policies over the API: drafts, until a set is published with them."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import configuration as documented
from events.api.authentication import caller_of
from events.api.drafts import DraftQuery, asked_for
from events.api.etags import created, expected_revision, seen_revision, tagged
from events.api.pages import page_body
from events.api.schema import links
from events.api.strict import body_of
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


class PoliciesView(documented.ConfigurationView):
    parser_classes = [documented.ConfigurationParser]
    queries = {"GET": DraftQuery}

    @extend_schema(
        operation_id="list_pii_policies",
        summary="PII policies, in the order they are tried",
        description="The drafts, as they are edited. What events are decided by is the newest published set.",
        responses={200: PiiPolicyPageSerializer, **documented.LISTING},
    )
    def get(self, request: Request) -> Response:
        policies, following = asked_for(PiiPolicy.objects.all(), self.query)
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
        wish = body_of(NewPiiPolicySerializer, request)
        policy = PiiPolicy()
        take_policy(policy, wish)
        with as_problems():
            save_policy(policy, expected=None, by=caller_of(request))
        return created(policy, shown_policy(_policy(policy.pk)), f"{request.path}/{policy.pk}")


class PolicyView(documented.ConfigurationView):
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
        policy = _policy(id)
        expected = seen_revision(request, policy)
        wish = body_of(PiiPolicySerializer, request, shown=shown_policy(policy))
        take_policy(policy, wish)
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
    return get_object_or_404(PiiPolicy, pk=id_)
