"""Routing tables over the API: read, compared, published from the draft, rolled back to."""

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
from events.publishing.publication import Snapshot, digest
from routing import publish_table
from routing.api.refusals import as_problems, faults_of
from routing.api.table_representation import (
    DifferenceSerializer,
    DraftSerializer,
    TablePageSerializer,
    TableSerializer,
)
from routing.matching.difference import difference
from routing.models import RoutingTable

NOTHING: Snapshot = {"rules": []}
NONE_YET = "Nothing has been published yet."
VERSION = r"^(newest|draft|[1-9][0-9]{0,8})$"
REFUSED = {
    409: "The rules cannot be published as they are, are no longer those that were looked at, or are published already."
}
PUBLISHED = links(
    201,
    read=link("read_table", version="$response.body#/version"),
    rollback=link("roll_back_table", version="$response.body#/version"),
)
AS_SEEN = links(
    200,
    publish={
        **link("publish_table"),
        "requestBody": {
            "note": "as it was seen", "draft": "$response.body#/digest", "upon": "$response.body#/upon",
        },
    },
)  # fmt: skip
APPROVAL = OpenApiExample("After a look", {"note": "looked at each change", "draft": "0" * 64}, request_only=True)
NOTE = OpenApiExample("With its reason", {"note": "branches go to NATS first"}, request_only=True)


class DifferenceQuery(StrictSerializer):
    """What publishing would change, unless versions are named."""

    def get_fields(self) -> dict[str, Any]:
        said = "A version, `newest` or `draft`."
        defaults = {"from": "newest", "to": "draft"}
        return {
            name: serializers.RegexField(VERSION, default=default, help_text=said) for name, default in defaults.items()
        }


class TablesView(StrictView):
    required_scope = Scope.READ
    queries = {"GET": PageQuery}

    @extend_schema(
        operation_id="list_tables",
        summary="Routing tables, the newest first",
        responses={200: TablePageSerializer, **documented.LISTING},
    )
    def get(self, request: Request) -> Response:
        page, following = paged(RoutingTable.objects.defer("snapshot"), self.query)
        return Response(page_body([PublishedSerializer(table).data for table in page], following))


class TableView(StrictView):
    required_scope = Scope.READ

    @extend_schema(
        operation_id="read_table",
        summary="A routing table",
        responses={200: TableSerializer, **documented.READING},
    )
    def get(self, request: Request, version: int) -> Response:
        return Response(TableSerializer(_table(version)).data)


class NewestTableView(StrictView):
    required_scope = Scope.READ

    @extend_schema(
        operation_id="read_newest_table",
        summary="The routing table that events go by",
        responses={200: TableSerializer, **documented.READING, **problems({404: NONE_YET})},
    )
    def get(self, request: Request) -> Response:
        newest = RoutingTable.objects.newest()
        if newest is None:
            raise Http404
        return Response(TableSerializer(newest).data)


class DraftView(StrictView):
    required_scope = Scope.READ

    @extend_schema(
        operation_id="read_draft",
        summary="The snapshot that would be published now",
        responses={200: DraftSerializer, **documented.LISTING},
        extensions=AS_SEEN,
    )
    def get(self, request: Request) -> Response:
        snapshot, said = draft_of(publish_table.PUBLICATION)
        return Response({**said, "problems": faults_of(publish_table.problems_of(snapshot)), "snapshot": snapshot})


class DifferenceView(StrictView):
    required_scope = Scope.READ
    queries = {"GET": DifferenceQuery}

    @extend_schema(
        operation_id="compare_tables",
        summary="What changes from one routing table to another",
        description=(
            "Unless versions are named: what publishing the draft would change. Publish with the `draft` and `upon` of "
            "the answer, and exactly this is published, or nothing."
        ),
        responses={200: DifferenceSerializer, **documented.READING},
    )
    def get(self, request: Request) -> Response:
        sides = [(self.query[name], *_side(self.query[name])) for name in ("from", "to")]
        [(_, before, old), (_, after, new)] = sides
        changes = [
            {"rule": one.name, "member": one.member or None, "before": one.before, "after": one.after}
            for one in difference(old, new)
        ]
        drafts = [digest(snapshot) for name, _, snapshot in sides if name == "draft"]
        versions = [version or 0 for name, version, _ in sides if name != "draft"]
        seen = {"draft": next(iter(drafts), None), "upon": next(iter(versions), None)}
        return Response({"from": before, "to": after, "changes": changes, **seen})


class PublishView(StrictView):
    required_scope = Scope.PUBLISH

    @extend_schema(
        operation_id="publish_table",
        summary="Publish the rules as they are now",
        description=(
            "All enabled rules become the next routing table; workers go by it from their next batch on. `draft` and "
            "`upon`, as the difference gives them, say what you looked at: if it changed since, nothing is published."
        ),
        request=PublishSerializer,
        parameters=[documented.LOCATION],
        responses={201: TableSerializer, **problems({**WRITE_PROBLEMS, **REFUSED})},
        examples=[NOTE],
        extensions=PUBLISHED,
    )
    def post(self, request: Request) -> Response:
        wish: Any = PublishSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        said, by = wish.validated_data, caller_of(request)
        with as_problems():
            table = publish_table.publish(note=said["note"], by=by, expected=said.get("draft"), upon=said.get("upon"))
        return _published(request, table)


class ApproveView(StrictView):
    required_scope = Scope.PUBLISH

    @extend_schema(
        operation_id="approve_rules",
        summary="Approve the rules as they are now",
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
            standing = publish_table.approve(note=wish.validated_data["note"], by=caller_of(request), expected=draft)
        return Response({"draft": draft, **standing_of(publish_table.PUBLICATION, standing)})


class RollbackView(StrictView):
    required_scope = Scope.PUBLISH

    @extend_schema(
        operation_id="roll_back_table",
        summary="Publish an older routing table again",
        description="Under a new number. The rules stay as they are being edited.",
        request=NoteSerializer,
        parameters=[documented.LOCATION],
        responses={201: TableSerializer, **problems({**WRITE_PROBLEMS, 404: documented.UNKNOWN, **REFUSED})},
        examples=[NOTE],
        extensions=PUBLISHED,
    )
    def post(self, request: Request, version: int) -> Response:
        wish: Any = NoteSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        old, said = _table(version), wish.validated_data
        with as_problems():
            table = publish_table.rollback(old.version, note=said["note"], by=caller_of(request), upon=said.get("upon"))
        return _published(request, table)


def _table(version: int) -> RoutingTable:
    table = RoutingTable.objects.filter(pk=version).first()
    if table is None:
        raise Http404
    return table


def _side(name: str) -> tuple[int | None, Snapshot]:
    """The version, None for a draft or for none yet, and the snapshot that a parameter names."""
    if name == "draft":
        return None, publish_table.draft_snapshot()
    table = RoutingTable.objects.newest() if name == "newest" else _table(int(name))
    return (table.version, table.snapshot) if table else (None, NOTHING)


def _published(request: Request, table: RoutingTable) -> Response:
    # The time is the database's.
    table.refresh_from_db()
    place = re.sub(r"tables/.*", f"tables/{table.version}", request.path)
    return Response(TableSerializer(table).data, status=201, headers={"Location": place})
