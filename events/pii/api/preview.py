"""What the policies would do to an event, over the API."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request

from events.api.documented import WRITE_PROBLEMS, problems
from events.api.problems import Problem
from events.api.strict import StrictView, body_of
from events.api_keys import Scope
from events.envelope import EnvelopeError
from events.pii.api.bodies import EventParser
from events.pii.api.preview_representation import PreviewedSerializer, PreviewSerializer, shown_preview
from events.pii.api.refusals import readable, refused
from events.pii.policies.decide import FORMAT, PolicySet
from events.pii.policies.errors import PolicyError
from events.pii.preview import preview
from events.pii.publishing.newest import newest_policies
from events.pii.publishing.publish import draft_snapshot
from events.problem import Problem as Found

UNREADABLE = {503: "The database is away, or the published policies are of a newer release."}
EXAMPLE = OpenApiExample(
    "An order",
    {
        "data": {"customer": {"email": "jane.doe@example.com"}, "total": 12.5},
        "type": "com.example.order.placed",
        "environment": "production",
    },
    request_only=True,
)


class PreviewView(StrictView):
    required_scope = Scope.READ
    parser_classes = [EventParser]

    @extend_schema(
        operation_id="preview_pii",
        summary="What the PII policies would do to an event",
        description=(
            "Nothing is stored, nothing is logged, and no key is needed: the tokens and pseudonyms in the answer are "
            "examples of the right form, made with keys that are drawn for it and thrown away. All else in `data` is "
            "as it was sent, digit for digit."
        ),
        request=PreviewSerializer,
        responses={200: PreviewedSerializer, **problems({**WRITE_PROBLEMS, **UNREADABLE})},
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> HttpResponse:
        asked = body_of(PreviewSerializer, request)
        policies = _policies(asked["policies"])
        try:
            found = preview(asked["data"], asked["attributes"], asked["type"], asked["environment"], policies)
        except EnvelopeError as error:
            raise _no_event(error) from error
        return HttpResponse(shown_preview(found, asked["explain"]), content_type="application/json")


def _policies(asked: Any) -> PolicySet:
    """Raises Problem 400 with places in the body."""
    if asked == "published":
        with readable():
            return newest_policies()
    if asked == "draft":
        with readable():
            return PolicySet.compile(draft_snapshot())
    try:
        # First as they were given: for their places.
        PolicySet.compile({"format": FORMAT, "policies": asked})
    except PolicyError as error:
        raise refused(Found(*fault) for fault in error.faults) from error
    tried = sorted(asked, key=lambda policy: -policy["priority"])
    return PolicySet.compile({"format": FORMAT, "policies": tried})


def _no_event(error: EnvelopeError) -> Problem:
    place = error.pointer if error.pointer.startswith(("/data", "/type")) else f"/attributes{error.pointer}"
    fault = {"pointer": place, "code": error.code, "detail": error.reason}
    return Problem(400, "invalid", "Bad Request", "this cannot be an event", errors=[fault])
