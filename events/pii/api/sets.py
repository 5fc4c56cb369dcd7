"""Published sets of policies over the API: read, compared, published from the draft, rolled back to."""

import re
from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import configuration as documented
from events.api.authentication import caller_of
from events.api.documented import WRITE_PROBLEMS, problems
from events.api.pages import PageQuery, page_body, paged
from events.api.publishing import (
    ApprovedSerializer,
    ApproveSerializer,
    NoteSerializer,
    PublishedSerializer,
    PublishSerializer,
    draft_of,
    standing_of,
)
from events.api.schema import link, links
from events.api.strict import StrictSerializer, StrictView
from events.api_keys import Scope
from events.models import PiiPolicySet
from events.pii.api.refusals import as_problems, faults_of
from events.pii.api.set_representation import (
    PiiDifferenceSerializer,
    PiiDraftSerializer,
    PiiPolicySetPageSerializer,
    PiiPolicySetSerializer,
)
from events.pii.policies.difference import difference
from events.pii.publishing import publish
from events.publishing.publication import Snapshot, digest

NOTHING: Snapshot = {"policies": []}
NONE_YET = "Nothing has been published yet: what is usual in each environment holds."
VERSION = r"^(newest|draft|[1-9][0-9]{0,8})$"
REFUSED = {
    409: "The policies cannot be published as they are, are no longer those that were looked at, or are published."
}
PUBLISHED = links(
    201,
    read=link("read_pii_policy_set", version="$response.body#/version"),
    rollback=link("roll_back_pii_policies", version="$response.body#/version"),
)
AS_SEEN = links(
    200,
    publish={
        **link("publish_pii_policies"),
        "requestBody": {
            "note": "as it was seen", "draft": "$response.body#/digest", "upon": "$response.body#/upon",
        },
    },
)  # fmt: skip
APPROVAL = OpenApiExample("After a look", {"note": "looked at each change", "draft": "0" * 64}, request_only=True)
NOTE = OpenApiExample("With its reason", {"note": "cards are refused from now on"}, request_only=True)


class SetsDifferenceQuery(StrictSerializer):
    """What publishing would change, unless versions are named."""

    def get_fields(self) -> dict[str, Any]:
        said = "A version, `newest` or `draft`."
        defaults = {"from": "newest", "to": "draft"}
        return {
            name: serializers.RegexField(VERSION, default=default, help_text=said) for name, default in defaults.items()
        }


class SetsView(StrictView):
    required_scope = Scope.READ
    queries = {"GET": PageQuery}

    @extend_schema(
        operation_id="list_pii_policy_sets",
        summary="Published sets of PII policies, the newest first",
        responses={200: PiiPolicySetPageSerializer, **documented.LISTING},
    )
    def get(self, request: Request) -> Response:
        page, following = paged(PiiPolicySet.objects.defer("snapshot"), self.query)
        return Response(page_body([PublishedSerializer(one).data for one in page], following))


class SetView(StrictView):
    required_scope = Scope.READ

    @extend_schema(
        operation_id="read_pii_policy_set",
        summary="A published set of PII policies",
        responses={200: PiiPolicySetSerializer, **documented.READING},
    )
    def get(self, request: Request, version: int) -> Response:
        return Response(PiiPolicySetSerializer(_set(version)).data)


class NewestSetView(StrictView):
    required_scope = Scope.READ

    @extend_schema(
        operation_id="read_newest_pii_policy_set",
        summary="The PII policies that events are decided by",
        responses={200: PiiPolicySetSerializer, **documented.READING, **problems({404: NONE_YET})},
    )
    def get(self, request: Request) -> Response:
        newest = PiiPolicySet.objects.newest()
        if newest is None:
            raise Http404
        return Response(PiiPolicySetSerializer(newest).data)


class DraftView(StrictView):
    required_scope = Scope.READ

    @extend_schema(
        operation_id="read_pii_draft",
        summary="The snapshot of the PII policies that would be published now",
        responses={200: PiiDraftSerializer, **documented.LISTING},
        extensions=AS_SEEN,
    )
    def get(self, request: Request) -> Response:
        snapshot, said = draft_of(publish.PUBLICATION)
        return Response({**said, "problems": faults_of(publish.problems_of(snapshot)), "snapshot": snapshot})


class DifferenceView(StrictView):
    required_scope = Scope.READ
    queries = {"GET": SetsDifferenceQuery}

    @extend_schema(
        operation_id="compare_pii_policy_sets",
        summary="What changes from one set of PII policies to another",
        description=(
            "Unless versions are named: what publishing the draft would change. Publish with the `draft` and `upon` of "
            "the answer, and exactly this is published, or nothing."
        ),
        responses={200: PiiDifferenceSerializer, **documented.READING},
    )
    def get(self, request: Request) -> Response:
        sides = [(self.query[name], *_side(self.query[name])) for name in ("from", "to")]
        [(_, before, old), (_, after, new)] = sides
        changes = [
            {"policy": one.name, "member": one.member or None, "before": one.before, "after": one.after}
            for one in difference(old, new)
        ]
        drafts = [digest(snapshot) for name, _, snapshot in sides if name == "draft"]
        versions = [version or 0 for name, version, _ in sides if name != "draft"]
        seen = {"draft": next(iter(drafts), None), "upon": next(iter(versions), None)}
        return Response({"from": before, "to": after, "changes": changes, **seen})


class PublishView(StrictView):
    required_scope = Scope.PUBLISH

    @extend_schema(
        operation_id="publish_pii_policies",
        summary="Publish the PII policies as they are now",
        description=(
            "All enabled policies become the next set, that events are decided by from now on. `draft` and `upon`, as "
            "the difference gives them, say what you looked at: if it changed since, nothing is published."
        ),
        request=PublishSerializer,
        parameters=[documented.LOCATION],
        responses={201: PiiPolicySetSerializer, **problems({**WRITE_PROBLEMS, **REFUSED})},
        examples=[NOTE],
        extensions=PUBLISHED,
    )
    def post(self, request: Request) -> Response:
        wish: Any = PublishSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        said, by = wish.validated_data, caller_of(request)
        with as_problems():
            made = publish.publish(note=said["note"], by=by, expected=said.get("draft"), upon=said.get("upon"))
        return _published(request, made)


class ApproveView(StrictView):
    required_scope = Scope.PUBLISH

    @extend_schema(
        operation_id="approve_pii_policies",
        summary="Approve the PII policies as they are now",
        description=(
            "Where it takes four eyes, somebody who changed them can publish them then. It holds for the draft with "
            "this digest, and for no other one."
        ),
        request=ApproveSerializer,
        responses={200: ApprovedSerializer, **problems({**WRITE_PROBLEMS, **REFUSED})},
        examples=[APPROVAL],
    )
    def post(self, request: Request) -> Response:
        wish: Any = ApproveSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        draft = wish.validated_data["draft"]
        with as_problems():
            standing = publish.approve(note=wish.validated_data["note"], by=caller_of(request), expected=draft)
        return Response({"draft": draft, **standing_of(publish.PUBLICATION, standing)})


class RollbackView(StrictView):
    required_scope = Scope.PUBLISH

    @extend_schema(
        operation_id="roll_back_pii_policies",
        summary="Publish an older set of PII policies again",
        description="Under a new number. The policies stay as they are being edited.",
        request=NoteSerializer,
        parameters=[documented.LOCATION],
        responses={
            201: PiiPolicySetSerializer,
            **problems({**WRITE_PROBLEMS, 404: documented.UNKNOWN, **REFUSED}),
        },
        examples=[NOTE],
        extensions=PUBLISHED,
    )
    def post(self, request: Request, version: int) -> Response:
        wish: Any = NoteSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        old, said = _set(version), wish.validated_data
        with as_problems():
            made = publish.rollback(old.version, note=said["note"], by=caller_of(request), upon=said.get("upon"))
        return _published(request, made)


def _set(version: int) -> PiiPolicySet:
    published = PiiPolicySet.objects.filter(pk=version).first()
    if published is None:
        raise Http404
    return published


def _side(name: str) -> tuple[int | None, Snapshot]:
    """The version, None for a draft or for none yet, and the snapshot that a parameter names."""
    if name == "draft":
        return None, publish.draft_snapshot()
    published = PiiPolicySet.objects.newest() if name == "newest" else _set(int(name))
    return (published.version, published.snapshot) if published else (None, NOTHING)


def _published(request: Request, made: PiiPolicySet) -> Response:
    # The time is the database's.
    made.refresh_from_db()
    place = re.sub(r"sets/.*", f"sets/{made.version}", request.path)
    return Response(PiiPolicySetSerializer(made).data, status=201, headers={"Location": place})
