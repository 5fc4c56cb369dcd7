"""Requests are read strictly: what a view does not know is refused and named, never ignored."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from rest_framework import serializers
from rest_framework.exceptions import MethodNotAllowed
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
    max_depth = MAX_DEPTH

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read(settings.MAX_BODY_BYTES + 1)
        if len(body) > settings.MAX_BODY_BYTES:
            raise Problem(413, "body-too-large", "Body too large", f"at most {settings.MAX_BODY_BYTES} bytes")
        return self.value_of(body)

    def value_of(self, body: bytes) -> Any:
        return parse_json(body, self.max_depth)


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses members it does not know, and a member of another JSON type than its field's: all at once with what the
    fields themselves refuse.

    Query parameters are text, whatever they mean: the context `text` says that it reads those. `also` is what the
    OpenAPI document says of it beyond its fields.
    """

    also: Mapping[str, Any] = {}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        faults = self._faults(data)
        try:
            # The fields take no type but their own.
            value = super().to_internal_value({name: data[name] for name in data if name not in faults})
        except serializers.ValidationError as error:
            found: Any = error.detail
            raise serializers.ValidationError({**found, **faults}) from error
        if faults:
            raise serializers.ValidationError(faults)
        return value

    def _faults(self, data: Mapping[str, Any]) -> dict[str, Any]:
        fields: dict[str, Any] = dict(self.fields.items())
        faults: dict[str, Any] = {name[:64]: ["unknown member"] for name in sorted(set(data) - set(fields))}
        if not self.context.get("text"):
            types = {name: _mistyped(field, data.get(name)) for name, field in fields.items()}
            faults |= {name: found for name, found in types.items() if found}
        return faults


# The library takes 1 for "1", "yes" for true and "2" for 2.
_JSON_TYPES: tuple[tuple[type[serializers.Field[Any, Any, Any, Any]], tuple[type, ...], str], ...] = (
    (serializers.BooleanField, (bool,), "must be true or false"),
    (serializers.IntegerField, (int,), "must be an integer"),
    (serializers.FloatField, (int, float), "must be a number"),
    (serializers.CharField, (str,), "must be a string"),
    (serializers.ChoiceField, (str,), "must be a string"),
)


def _mistyped(field: Any, value: Any) -> Any:
    """What is wrong with the type of a member, if anything is: None is for the field itself to judge."""
    if isinstance(field, serializers.ListField) and isinstance(value, list):
        return {index: found for index, each in enumerate(value) if (found := _mistyped(field.child, each))}
    for kind, types, wrong in _JSON_TYPES:
        if isinstance(field, kind) and value is not None:
            return [] if isinstance(value, types) and isinstance(value, bool) == (bool in types) else [wrong]
    return []


class NoBody(StrictSerializer):
    """A request that says everything by its address."""


def body_of(kind: type[StrictSerializer], request: Request, **context: Any) -> dict[str, Any]:
    """What the body of a request says, validated. Raises ValidationError, which names each fault with its place."""
    wish = kind(data=request.data, context=context)
    wish.is_valid(raise_exception=True)
    return dict(wish.validated_data)


class StrictView(APIView):
    """A view for keys with `required_scope`. It takes the query parameters of `queries` by method, and no others.

    What they say is in `self.query`, validated.
    """

    permission_classes = [HasScope]
    parser_classes = [StrictJSONParser]
    queries: Mapping[str, type[StrictSerializer]] = {}
    query: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # What an address can be asked is no secret, and the same for everybody.
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ", ".join(self.allowed_methods)})
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        method = request.method or ""
        if method not in self.allowed_methods:
            raise MethodNotAllowed(method)
        super().initial(request, *args, **kwargs)
        self.query = _validated(self.queries.get("GET" if method == "HEAD" else method, NoBody), request)


def refuse_parameters(request: HttpRequest) -> None:
    """For what takes none. Raises Problem 400."""
    if request.META.get("QUERY_STRING"):
        raise _unacceptable([_unknown(name) for name in sorted(request.GET)] or [_unknown("")])


def _validated(kind: type[StrictSerializer], request: Request) -> dict[str, Any]:
    """Raises Problem 400 that names each parameter that is unknown, repeated or has a value it cannot have."""
    given, known = request.query_params, kind().fields
    faults = [_unknown(name) for name in sorted(given) if name not in known]
    faults += [_fault(name, "repeated", "given twice") for name in sorted(known) if len(given.getlist(name)) > 1]
    wish = kind(data={name: given[name] for name in given if name in known}, context={"text": True})
    if not wish.is_valid():
        faults += [_fault(name, "invalid", " ".join(map(str, found))) for name, found in wish.errors.items()]
    if faults:
        raise _unacceptable(faults)
    return dict(wish.validated_data)


def _unacceptable(faults: list[dict[str, str]]) -> Problem:
    code = "unknown-parameter" if faults[0]["code"] == "unknown-parameter" else "invalid-parameter"
    return Problem(400, code, "Invalid query parameters", f"{len(faults)} cannot be taken", errors=faults)


def _unknown(name: str) -> dict[str, str]:
    return _fault(name, "unknown-parameter", "unknown")


def _fault(name: str, code: str, detail: str) -> dict[str, str]:
    return {"parameter": name[:64], "code": code, "detail": detail}
