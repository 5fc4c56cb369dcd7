"""What ingest over HTTP is compared with: a view that does nothing, and REST framework's usual way to store the same.

The usual way authenticates nobody, knows no duplicates and no CloudEvents, takes no digest, and tells no relay.
"""

import json
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from events.models import OutboxEntry, PendingEntry
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


class Plain(APIView):
    authentication_classes = []
    permission_classes = []
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
