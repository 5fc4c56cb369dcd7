"""Audit records over the API: what was done by the API keys of the tenant, read only."""

import json
import re
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from events.api.authentication import caller_of
from events.api.documented import READ_PROBLEMS, problems
from events.api.pages import PageQuery, page_body, paged
from events.api.schema import link, links
from events.api.strict import StrictView
from events.api_keys import Scope
from events.envelope.timestamps import instant
from events.models import AuditRecord

UNKNOWN = "No record of the key's tenant has this number."
TENANT = (
    "Only what the tenant's own API keys did: people and commands act for all tenants, and their records are read in "
    "the admin."
)
MEMBERS = ("act", "subject", "subject_id", "by")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})")
_VALUE = {"description": "JSON; null where there was nothing, or nothing is left."}


class AuditRecordSerializer(serializers.ModelSerializer[AuditRecord]):
    """One act. `digest` covers every member and `previous`, the digest of the record before it."""

    before = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()

    class Meta:
        model = AuditRecord
        fields = (
            "number", "at", "by", "tenant", "act", "subject", "subject_id", "before", "after", "reason", "previous",
            "digest",
        )  # fmt: skip

    @extend_schema_field(_VALUE)
    def get_before(self, record: AuditRecord) -> Any:
        return json.loads(record.before)

    @extend_schema_field(_VALUE)
    def get_after(self, record: AuditRecord) -> Any:
        return json.loads(record.after)


class AuditPageSerializer(serializers.Serializer[Any]):
    items = AuditRecordSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page; null on the last one.")


@extend_schema_field({"type": "string", "format": "date-time"})
class Moment(serializers.CharField):
    """A time with its offset, and with nothing of it left out."""

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        try:
            if _TIME.fullmatch(text):
                return instant(text)
        except ValueError:
            pass
        raise serializers.ValidationError("not a time like 2026-11-20T10:00:00Z")


def _line(longest: int, told: str) -> serializers.RegexField:
    """Without control characters."""
    return serializers.RegexField(
        r"^[^\x00-\x1f\x7f-\x9f]+$", max_length=longest, required=False, trim_whitespace=False, help_text=told
    )


class AuditQuery(PageQuery):
    act = _line(64, "As in `rule.changed`.")
    subject = _line(100, "As in `rule`.")
    subject_id = _line(255, "Its id; with `subject`.")
    by = _line(100, "As in `API key 2`.")
    since = Moment(required=False, help_text="Then or later: a time (RFC 3339).")


class AuditView(StrictView):
    required_scope = Scope.KEYS
    queries = {"GET": AuditQuery}

    @extend_schema(
        operation_id="list_audit",
        summary="Audit records, the newest first",
        description=TENANT,
        responses={200: AuditPageSerializer, **problems(READ_PROBLEMS)},
        extensions=links(200, read=link("read_audit_record", number="$response.body#/items/0/number")),
    )
    def get(self, request: Request) -> Response:
        wanted = {name: self.query[name] for name in MEMBERS if name in self.query}
        rows = _records(request).filter(**wanted)
        if "since" in self.query:
            rows = rows.filter(at__gte=self.query["since"])
        page, following = paged(rows, self.query)
        return Response(page_body(list(AuditRecordSerializer(page, many=True).data), following))


class AuditRecordView(StrictView):
    required_scope = Scope.KEYS

    @extend_schema(
        operation_id="read_audit_record",
        summary="An audit record",
        description=TENANT,
        responses={200: AuditRecordSerializer, **problems({**READ_PROBLEMS, 404: UNKNOWN})},
    )
    def get(self, request: Request, number: int) -> Response:
        record = _records(request).filter(pk=number).first()
        if record is None:
            raise Http404
        return Response(AuditRecordSerializer(record).data)


def _records(request: Request) -> QuerySet[AuditRecord]:
    return AuditRecord.objects.filter(tenant=caller_of(request).tenant)
