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
    """A view for keys with `required_scope`, that takes no query parameters."""

    permission_classes = [HasScope]
    parser_classes = [StrictJSONParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if unknown := sorted(request.query_params):
            errors = [{"parameter": name[:64], "code": "unknown-parameter", "detail": "unknown"} for name in unknown]
            raise Problem(400, "unknown-parameter", "Unknown query parameter", "none is taken here", errors=errors)
