"""API keys over the API: issued with the secret shown once, listed without it, revoked."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from events.api.authentication import caller_of
from events.api.documented import READ_PROBLEMS, WRITE_PROBLEMS, problems
from events.api.line import Line
from events.api.pages import PageQuery, page_body, paged
from events.api.problems import Problem
from events.api.schema import link, links
from events.api.strict import NoBody, StrictSerializer, StrictView, body_of
from events.api_keys import Scope, ScopeNotHeldError, grant_key, revoke_key
from events.models import ApiKey

UNKNOWN = "No key of the tenant has this id."
_KEY = {"id": "$response.body#/id"}


class NewKeySerializer(StrictSerializer):
    """A key to be issued, of the caller's tenant and with no scope that the caller lacks."""

    name = Line(max_length=100)
    scopes = serializers.ListField(child=serializers.ChoiceField(list(Scope)), min_length=1, max_length=len(Scope))


class ApiKeySerializer(serializers.ModelSerializer[ApiKey]):
    """A key as it may be shown: `prefix` is the part of the secret between ecp_ and the second underscore."""

    scopes = serializers.ListField(child=serializers.ChoiceField(list(Scope)))

    class Meta:
        model = ApiKey
        fields = ("id", "name", "prefix", "tenant", "scopes", "created_at", "revoked_at")


class IssuedKeySerializer(ApiKeySerializer):
    """A key with its secret, for the only time."""

    secret = serializers.CharField()

    class Meta(ApiKeySerializer.Meta):
        fields = (*ApiKeySerializer.Meta.fields, "secret")  # type: ignore[assignment]


class KeyPageSerializer(serializers.Serializer[Any]):
    items = ApiKeySerializer(many=True)
    next = serializers.CharField(allow_null=True)


def _key(request: Request, pk: int) -> ApiKey:
    key = ApiKey.objects.filter(tenant=caller_of(request).tenant, pk=pk).first()
    if key is None:
        raise Http404
    return key


class KeysView(StrictView):
    required_scope = Scope.KEYS
    queries = {"GET": PageQuery}

    @extend_schema(
        operation_id="list_keys",
        summary="The API keys of the tenant",
        description="The newest first, revoked ones too, never with their secrets.",
        responses={200: KeyPageSerializer, **problems(READ_PROBLEMS)},
    )
    def get(self, request: Request) -> Response:
        page, following = paged(ApiKey.objects.filter(tenant=caller_of(request).tenant), self.query)
        return Response(page_body(list(ApiKeySerializer(page, many=True).data), following))

    @extend_schema(
        operation_id="issue_key",
        summary="Issue an API key",
        description="Of the caller's tenant. The secret is in this answer and never shown again.",
        request=NewKeySerializer,
        parameters=[OpenApiParameter("Location", str, OpenApiParameter.HEADER, response=[201], required=True)],
        responses={
            201: IssuedKeySerializer,
            **problems({**WRITE_PROBLEMS, 403: "The API key lacks the scope, or one that it was to grant."}),
        },
        extensions=links(201, read=link("read_key", **_KEY), revoke=link("revoke_key", **_KEY)),
    )
    def post(self, request: Request) -> Response:
        wish = body_of(NewKeySerializer, request)
        try:
            key, secret = grant_key(caller_of(request), **wish)
        except ScopeNotHeldError as error:
            raise Problem(403, "scope-not-held", "Scope not held", str(error)) from error
        # The database chose when: the row says it, the object does not.
        shown = ApiKeySerializer(_key(request, key.pk)).data
        headers = {"Location": f"/api/v1/keys/{key.pk}", "Cache-Control": "no-store"}
        return Response({**shown, "secret": secret}, status=201, headers=headers)


class KeyView(StrictView):
    required_scope = Scope.KEYS

    @extend_schema(
        operation_id="read_key",
        summary="An API key, without its secret",
        responses={200: ApiKeySerializer, **problems({**READ_PROBLEMS, 404: UNKNOWN})},
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(ApiKeySerializer(_key(request, pk)).data)


class RevokeView(StrictView):
    required_scope = Scope.KEYS

    @extend_schema(
        operation_id="revoke_key",
        summary="Revoke an API key, at once and for good",
        description="One that is revoked already stays so.",
        request=None,
        responses={200: ApiKeySerializer, **problems({**WRITE_PROBLEMS, 404: UNKNOWN, 409: "It is the key in use."})},
    )
    def post(self, request: Request, pk: int) -> Response:
        NoBody(data=request.data).is_valid(raise_exception=True)
        key, caller = _key(request, pk), caller_of(request)
        if key.pk == caller.key_id:
            raise Problem(409, "own-key", "The key in use", "a key does not revoke itself: use another one")
        revoke_key(key, by=caller)
        return Response(ApiKeySerializer(_key(request, pk)).data)
