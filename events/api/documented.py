"""What the OpenAPI document says about errors, and about POST /api/v1/events."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from events.envelope.attributes import (
    MAX_ID_BYTES,
    MAX_MEDIA_TYPE_BYTES,
    MAX_NAME,
    MAX_OTHER_BYTES,
    MAX_PARTITIONKEY_BYTES,
    MAX_SOURCE_BYTES,
    MAX_SUBJECT_BYTES,
    MAX_TIME_BYTES,
    MAX_TYPE_BYTES,
)
from events.envelope.parse import MAX_EVENTS
from events.schemas.documents.faults import MAX_FAULTS, MORE

_TEXT = {"type": "string"}


def _text(most_bytes: int, *types: str) -> dict[str, Any]:
    return {"type": ["string", *types], "minLength": 1, "maxLength": most_bytes, "pattern": _ALLOWED}


def _formatted(most_bytes: int, form: str, *types: str) -> dict[str, Any]:
    return {"type": ["string", *types], "minLength": 1, "maxLength": most_bytes, "format": form}


def _event(title: str, datacontenttype: str, names: str, **data: Any) -> dict[str, Any]:
    media_type = {"type": ["string", "null"], "maxLength": MAX_MEDIA_TYPE_BYTES, "pattern": datacontenttype}
    return {
        "title": title,
        "type": "object",
        "required": ["specversion", "id", "source", "type"],
        "properties": {**_ATTRIBUTES, "datacontenttype": media_type, **data},
        "propertyNames": {"pattern": names},
        "additionalProperties": _EXTENSION,
    }


_NAMES = f"[a-z0-9]{{1,{MAX_NAME}}}"
# Without control characters and noncharacters.
_NONCHARACTERS = "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
_ALLOWED = rf"^[^\x00-\x1f\x7f-\x9f\ufdd0-\ufdef{_NONCHARACTERS}]*$"
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105
_JSON_TYPE = rf"^{_TOKEN}/({_TOKEN}\+)?[Jj][Ss][Oo][Nn]$"
_ANY_TYPE = rf"^{_TOKEN}/{_TOKEN}( *; *{_TOKEN}={_TOKEN})*$"
_ATTRIBUTES: dict[str, Any] = {
    "specversion": {"type": "string", "const": "1.0"},
    "id": _text(MAX_ID_BYTES),
    "source": _formatted(MAX_SOURCE_BYTES, "uri-reference"),
    "type": _text(MAX_TYPE_BYTES),
    "subject": _text(MAX_SUBJECT_BYTES, "null"),
    "time": _formatted(MAX_TIME_BYTES, "date-time", "null"),
    "dataschema": _formatted(MAX_OTHER_BYTES, "uri", "null"),
    "partitionkey": _text(MAX_PARTITIONKEY_BYTES, "null"),
}
_EXTENSION = {
    "type": ["string", "boolean", "integer", "null"],
    "maxLength": MAX_OTHER_BYTES,
    "pattern": _ALLOWED,
    "minimum": -(2**31),
    "maximum": 2**31 - 1,
}
_TEXT_DATA = {"type": ["string", "null"], "pattern": r"^[^\x00]*$"}
_BASE64 = {
    "type": ["string", "null"],
    "contentEncoding": "base64",
    "pattern": "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
}
EVENT: dict[str, Any] = {
    "description": "A CloudEvent 1.0 in the JSON format; further members are extension attributes.",
    "anyOf": [
        _event("JSON", _JSON_TYPE, f"^{_NAMES}$", data={"$ref": "#/components/schemas/Json"}),
        _event("text", _ANY_TYPE, f"^{_NAMES}$", data=_TEXT_DATA),
        _event("binary", _ANY_TYPE, f"^({_NAMES}|data_base64)$", data=False, data_base64=_BASE64),
    ],
}
JSON: dict[str, Any] = {
    "description": "Any JSON, at most 128 deep and without U+0000.",
    "anyOf": [
        {"type": ["null", "boolean", "number"]},
        {"type": "string", "pattern": r"^[^\x00]*$"},
        {"type": "array", "items": {"$ref": "#/components/schemas/Json"}},
        {
            "type": "object",
            "propertyNames": {"pattern": r"^[^\x00]*$"},
            "additionalProperties": {"$ref": "#/components/schemas/Json"},
        },
    ],
}
COMPONENTS = {"CloudEvent": EVENT, "Json": JSON}
_SCHEMA: dict[str, Any] = {
    "description": "The schema version that decided; absent where the type has none, or is not registered.",
    "type": "object",
    "required": ["version", "status", "valid"],
    "properties": {
        "version": _TEXT,
        "status": {"type": "string", "enum": ["active", "deprecated"]},
        "valid": {"type": "boolean", "description": "False where the type lets in what does not fit."},
        "migrated_from": {"type": "string", "description": "The version that the event came in."},
    },
}
_ACCEPTED: dict[str, Any] = {
    "type": "object",
    "required": ["events"],
    "properties": {
        "events": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "source", "event_id", "duplicate"],
                "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "source": _TEXT,
                    "event_id": _TEXT,
                    "duplicate": {"type": "boolean"},
                    "schema": _SCHEMA,
                },
            },
        }
    },
}


class FaultSerializer(serializers.Serializer[Any]):
    """One thing that is wrong, and its place: in the body, among the headers, or among the query parameters."""

    index = serializers.IntegerField(required=False, help_text="Position in a batch.")
    pointer = serializers.CharField(required=False, allow_blank=True, help_text="JSON Pointer into the body.")
    header = serializers.CharField(required=False)
    parameter = serializers.CharField(required=False, allow_blank=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """Problem details (RFC 9457). `code` is stable; `type` is the address of a page about it."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = FaultSerializer(many=True, required=False)  # type: ignore[assignment]


PROBLEM_JSON = "application/problem+json"
_EVERYWHERE = {
    400: "Something is unknown or invalid: `errors` names it.",
    401: "No valid API key.",
    403: "The API key lacks the scope.",
    503: "The database is away: try again after Retry-After seconds.",
}
READ_PROBLEMS = {**_EVERYWHERE, 406: "`Accept` allows no JSON."}
WRITE_PROBLEMS = {
    **READ_PROBLEMS,
    413: "The body is too large.",
    415: "The body is of another type than JSON.",
}


def problems(reasons: Mapping[int, str]) -> dict[Any, OpenApiResponse]:
    """The error answers of an operation, for its documentation."""
    return {(status, PROBLEM_JSON): OpenApiResponse(ProblemSerializer, why) for status, why in sorted(reasons.items())}


_CLOUD_EVENT = {"$ref": "#/components/schemas/CloudEvent"}
REQUEST = {
    "application/cloudevents+json": _CLOUD_EVENT,
    "application/cloudevents-batch+json": {
        "type": "array",
        "items": _CLOUD_EVENT,
        "description": f"At most {MAX_EVENTS} events; more are 413.",
    },
}
ACCEPTED = OpenApiResponse(_ACCEPTED, "Stored; delivery follows.")
_REASONS = {
    **_EVERYWHERE,
    400: "An event is invalid: `errors` names each and the place.",
    409: "Another event has the same source and id.",
    413: "The body or the batch is too large.",
    415: "Neither a CloudEvents media type nor ce- headers.",
    422: "An event's type, schema or personal data refuses it: `errors` names each and the place. Of one event at most "
    f"{MAX_FAULTS} places are named, of many at once fewer; an error with the code `{MORE}` says how many there are "
    "besides.",
    503: "The database, the keys for personal data or its policies cannot be used now: try again after Retry-After "
    "seconds.",
}
RESPONSES: dict[Any, OpenApiResponse] = {202: ACCEPTED, **problems(_REASONS)}
