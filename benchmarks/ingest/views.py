"""What ingest over HTTP is compared with: a view that does nothing, and REST framework's usual way to store the same.

The usual way looks the API key up through the ORM, validates with a serializer, and creates the entry and its mark in a
transaction. It knows no duplicates and no CloudEvents, takes no digest, asks no schema, and tells no relay. The open
views do the same for everybody, without a key.
"""

import hashlib
import hmac
import json
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from events.api_keys import Scope
from events.models import ApiKey, OutboxEntry, PendingEntry
from events.shards import shard_of
from events.storing.row import uuids

BATCH = 100


@csrf_exempt
def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.body)), status=202)


class Serializer(serializers.Serializer[Any]):
    """An event of the benchmark's kind, as REST framework validates one."""

    specversion = serializers.ChoiceField(choices=["1.0"])
    id = serializers.CharField(max_length=256)
    source = serializers.CharField(max_length=256)  # type: ignore[assignment]  # REST framework has the name too
    type = serializers.CharField(max_length=256)
    subject = serializers.CharField(max_length=256, required=False)
    time = serializers.DateTimeField(required=False)
    datacontenttype = serializers.CharField(max_length=100, required=False)
    data = serializers.JSONField()  # type: ignore[assignment]


class KeyAuthentication(BaseAuthentication):
    """As REST framework's own TokenAuthentication, with the product's keys."""

    def authenticate(self, request: Request) -> tuple[ApiKey, ApiKey]:
        secret = get_authorization_header(request).decode("latin-1").partition(" ")[2]
        key = ApiKey.objects.filter(prefix=secret[4:16], revoked_at=None).first()
        if key is None or not hmac.compare_digest(key.digest, hashlib.sha256(secret.encode()).hexdigest()):
            raise AuthenticationFailed
        return key, key


class MayWrite(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, ApiKey) and Scope.WRITE in request.auth.scopes


class Plain(APIView):
    authentication_classes = [KeyAuthentication]
    permission_classes = [MayWrite]
    parser_classes = [JSONParser]


class EventView(Plain):
    def post(self, request: Request) -> Response:
        wish = Serializer(data=request.data)
        wish.is_valid(raise_exception=True)
        entry = _entry(wish.validated_data, next(uuids(1)))
        with transaction.atomic():
            entry.save(force_insert=True)
            _mark(entry).save(force_insert=True)
        return Response({"id": str(entry.uuid)}, status=202)


class BatchView(Plain):
    def post(self, request: Request) -> Response:
        wish = Serializer(data=request.data, many=True)
        wish.is_valid(raise_exception=True)
        found = zip(wish.validated_data, uuids(len(wish.validated_data)), strict=True)
        entries = [_entry(values, uuid) for values, uuid in found]
        with transaction.atomic():
            OutboxEntry.objects.bulk_create(entries)
            PendingEntry.objects.bulk_create([_mark(entry) for entry in entries])
        return Response({"ids": [str(entry.uuid) for entry in entries]}, status=202)


class OpenEventView(EventView):
    authentication_classes = []
    permission_classes = []


class OpenBatchView(BatchView):
    authentication_classes = []
    permission_classes = []


def _entry(values: dict[str, Any], uuid: UUID) -> OutboxEntry:
    return OutboxEntry(
        uuid=uuid,
        event_id=values["id"],
        source=values["source"],
        type=values["type"],
        subject=values.get("subject"),
        time=values["time"].isoformat() if "time" in values else None,
        datacontenttype=values.get("datacontenttype"),
        data=json.dumps(values["data"]),
        fingerprint=b"",
    )


def _mark(entry: OutboxEntry) -> PendingEntry:
    return PendingEntry(entry=entry, shard=shard_of(None, entry.uuid))
