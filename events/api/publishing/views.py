"""What is published, over the API: listed, read, compared, published from the drafts, approved, rolled back to.

Every kind of it has these eight views of its own, that name their operations: the rest is here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import configuration as documented
from events.api.authentication import caller_of
from events.api.documented import problems
from events.api.pages import PageQuery, page_body, paged
from events.api.publishing.described import APPROVED, AS_SEEN, COMPARED, LOOKED, PublishedApi
from events.api.publishing.representation import (
    ApprovedSerializer,
    ApproveSerializer,
    NoteSerializer,
    PublishedSerializer,
    PublishSerializer,
    draft_of,
    standing_of,
    unpublishable,
)
from events.api.strict import StrictSerializer, StrictView, body_of
from events.api_keys import Scope
from events.models import Published
from events.publishing.errors import PublishError
from events.publishing.publication import Snapshot, digest

VERSION = r"^(newest|draft|[1-9][0-9]{0,8})$"


class PublishedView(StrictView):
    """A view with one operation, which the OpenAPI document describes by `said`."""

    of: PublishedApi
    verb = "get"
    required_scope = Scope.READ

    @classmethod
    def said(cls) -> dict[str, Any]:
        raise NotImplementedError

    def row(self, version: int) -> Published:
        found: Published = get_object_or_404(self.of.publication.rows, pk=version)
        return found


View = TypeVar("View", bound=PublishedView)


def operation(operation_id: str, summary: str) -> Callable[[type[View]], type[View]]:
    """What the OpenAPI document calls the operation of a view."""

    def named(view: type[View]) -> type[View]:
        described = extend_schema(operation_id=operation_id, summary=summary, **view.said())
        return extend_schema_view(**{view.verb: described})(view)

    return named


class ListView(PublishedView):
    queries = {"GET": PageQuery}

    @classmethod
    def said(cls) -> dict[str, Any]:
        return {"responses": {200: cls.of.page, **documented.LISTING}}

    def get(self, request: Request) -> Response:
        page, following = paged(self.of.publication.rows.defer("snapshot"), self.query)
        return Response(page_body([PublishedSerializer(one).data for one in page], following))


class OneView(PublishedView):
    @classmethod
    def said(cls) -> dict[str, Any]:
        return {"responses": {200: cls.of.one, **documented.READING}}

    def get(self, request: Request, version: int) -> Response:
        return Response(self.of.one(self.row(version)).data)


class NewestView(PublishedView):
    @classmethod
    def said(cls) -> dict[str, Any]:
        return {"responses": {200: cls.of.one, **documented.READING, **problems({404: cls.of.none_yet})}}

    def get(self, request: Request) -> Response:
        newest = self.of.publication.newest()
        if newest is None:
            raise Http404
        return Response(self.of.one(newest).data)


class DraftView(PublishedView):
    @classmethod
    def said(cls) -> dict[str, Any]:
        return {"responses": {200: cls.of.draft, **documented.LISTING}, "extensions": cls.of.seen}

    def get(self, request: Request) -> Response:
        snapshot, said = draft_of(self.of.publication)
        faults = self.of.faults(self.of.publication.problems(snapshot))
        return Response({**said, "problems": faults, "snapshot": snapshot})


class DifferenceQuery(StrictSerializer):
    """What publishing would change, unless versions are named."""

    def get_fields(self) -> dict[str, Any]:
        said = "A version, `newest` or `draft`."
        defaults = {"from": "newest", "to": "draft"}
        return {
            name: serializers.RegexField(VERSION, default=default, help_text=said) for name, default in defaults.items()
        }


class DifferenceView(PublishedView):
    queries = {"GET": DifferenceQuery}

    @classmethod
    def said(cls) -> dict[str, Any]:
        return {"description": COMPARED, "responses": {200: cls.of.compared, **documented.READING}}

    def get(self, request: Request) -> Response:
        sides = [(self.query[name], *self._side(self.query[name])) for name in ("from", "to")]
        [(_, before, old), (_, after, new)] = sides
        changes = [
            {self.of.member: one.name, "member": one.member or None, "before": one.before, "after": one.after}
            for one in self.of.difference(old, new)
        ]
        drafts = [digest(snapshot) for name, _, snapshot in sides if name == "draft"]
        versions = [version or 0 for name, version, _ in sides if name != "draft"]
        seen = {"draft": next(iter(drafts), None), "upon": next(iter(versions), None)}
        return Response({"from": before, "to": after, "changes": changes, **seen})

    def _side(self, name: str) -> tuple[int | None, Snapshot]:
        """The version, None for a draft or for none yet, and the snapshot that a parameter names."""
        publication = self.of.publication
        if name == "draft":
            return None, publication.draft()
        published = publication.newest() if name == "newest" else self.row(int(name))
        return (published.version, published.snapshot) if published else (None, publication.nothing)


class ActingView(PublishedView):
    verb = "post"
    required_scope = Scope.PUBLISH

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Raises Problem for what the act was refused for."""
        try:
            yield
        except PublishError as error:
            raise unpublishable(error, self.of.publication.members, self.of.faults(error.problems)) from error

    def made(self, published: Published) -> Response:
        # The time is the database's.
        published.refresh_from_db()
        place = reverse(self.of.address, args=[published.version])
        return Response(self.of.one(published).data, status=201, headers={"Location": place})


class PublishView(ActingView):
    @classmethod
    def said(cls) -> dict[str, Any]:
        return {
            "description": f"{cls.of.effect} {AS_SEEN}",
            "request": PublishSerializer,
            "parameters": [documented.LOCATION],
            "responses": {201: cls.of.one, **problems(cls.of.refused)},
            "examples": [cls.of.example],
            "extensions": cls.of.made,
        }

    def post(self, request: Request) -> Response:
        said, by = body_of(PublishSerializer, request), caller_of(request)
        with self.refusals():
            made = self.of.publication.publish(
                note=said["note"], by=by, expected=said.get("draft"), upon=said.get("upon")
            )
        return self.made(made)


class ApproveView(ActingView):
    @classmethod
    def said(cls) -> dict[str, Any]:
        return {
            "description": APPROVED,
            "request": ApproveSerializer,
            "responses": {200: ApprovedSerializer, **problems(cls.of.refused)},
            "examples": [LOOKED],
        }

    def post(self, request: Request) -> Response:
        said, by = body_of(ApproveSerializer, request), caller_of(request)
        with self.refusals():
            standing = self.of.publication.approve(note=said["note"], by=by, expected=said["draft"])
        return Response({"draft": said["draft"], **standing_of(self.of.publication, standing)})


class RollbackView(ActingView):
    @classmethod
    def said(cls) -> dict[str, Any]:
        return {
            "description": f"Under a new number. The {cls.of.publication.members} stay as they are being edited.",
            "request": NoteSerializer,
            "parameters": [documented.LOCATION],
            "responses": {201: cls.of.one, **problems({**cls.of.refused, 404: documented.UNKNOWN})},
            "examples": [cls.of.example],
            "extensions": cls.of.made,
        }

    def post(self, request: Request, version: int) -> Response:
        said, by = body_of(NoteSerializer, request), caller_of(request)
        old = self.row(version)
        with self.refusals():
            made = self.of.publication.rollback(old.version, note=said["note"], by=by, upon=said.get("upon"))
        return self.made(made)
