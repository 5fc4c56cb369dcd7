"""Requests are read strictly: what a view does not know is refused and named, never ignored."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.views import APIView

from events.api.authentication import HasScope
from events.api.problems import Problem
from events.envelope.json_text import parse_json

MAX_DEPTH = 8


class StrictJSONParser(BaseParser):
    """JSON of bounded size and depth, without duplicate keys or U+0000."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read(settings.MAX_BODY_BYTES + 1)
        if len(body) > settings.MAX_BODY_BYTES:
            raise Problem(413, "body-too-large", "Body too large", f"at most {settings.MAX_BODY_BYTES} bytes")
        return parse_json(body, MAX_DEPTH)


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses members it does not know."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError({name[:64]: "unknown member" for name in unknown})
        return super().to_internal_value(data)


class NoBody(StrictSerializer):
    """A request that says everything by its address."""


class StrictView(APIView):
    """A view for keys with `required_scope`. It takes the query parameters of `queries` by method, and no others.

    What they say is in `self.query`, validated.
    """

    permission_classes = [HasScope]
    parser_classes = [StrictJSONParser]
    queries: Mapping[str, type[StrictSerializer]] = {}
    query: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.query = _validated(self.queries.get(request.method or "", NoBody), request)


def _validated(kind: type[StrictSerializer], request: Request) -> dict[str, Any]:
    """Raises Problem 400 that names each parameter that is unknown, repeated or has a value it cannot have."""
    given, known = request.query_params, kind().fields
    faults = [_fault(name, "unknown-parameter", "unknown") for name in sorted(given) if name not in known]
    faults += [_fault(name, "repeated", "given twice") for name in sorted(known) if len(given.getlist(name)) > 1]
    wish = kind(data={name: given[name] for name in given if name in known})
    if not wish.is_valid():
        faults += [_fault(name, "invalid", " ".join(map(str, found))) for name, found in wish.errors.items()]
    if faults:
        code = "unknown-parameter" if faults[0]["code"] == "unknown-parameter" else "invalid-parameter"
        raise Problem(400, code, "Invalid query parameters", f"{len(faults)} cannot be taken", errors=faults)
    return dict(wish.validated_data)


def _fault(name: str, code: str, detail: str) -> dict[str, str]:
    return {"parameter": name[:64], "code": code, "detail": detail}
