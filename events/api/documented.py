"""What the OpenAPI document says about POST /api/v1/events."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiResponse

_TEXT = {"type": "string"}
_EVENT: dict[str, Any] = {
    "type": "object",
    "description": "A CloudEvent 1.0 in the JSON format; further members are extension attributes.",
    "required": ["specversion", "id", "source", "type"],
    "properties": {
        "specversion": {"type": "string", "const": "1.0"},
        "id": {**_TEXT, "minLength": 1},
        "source": {**_TEXT, "minLength": 1, "format": "uri-reference"},
        "type": {**_TEXT, "minLength": 1},
        "subject": {"type": ["string", "null"], "minLength": 1},
        "time": {"type": ["string", "null"], "format": "date-time"},
        "datacontenttype": {"type": ["string", "null"], "minLength": 1},
        "dataschema": {"type": ["string", "null"], "format": "uri"},
        "data": {},
        "data_base64": {"type": ["string", "null"], "contentEncoding": "base64"},
    },
    "additionalProperties": {"type": ["string", "boolean", "integer", "null"]},
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
                },
            },
        }
    },
}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "code": _TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "detail"],
                "properties": {
                    "index": {"type": "integer"},
                    "pointer": _TEXT,
                    "header": _TEXT,
                    "code": _TEXT,
                    "detail": _TEXT,
                },
            },
        },
    },
}

REQUEST = {
    "application/cloudevents+json": _EVENT,
    "application/cloudevents-batch+json": {"type": "array", "items": _EVENT},
    "application/json": {"description": "Binary mode: the data; the attributes are ce- headers."},
}
ACCEPTED = OpenApiResponse(_ACCEPTED, "Stored; delivery follows.")
_REASONS = {
    400: "An event is invalid: `errors` names each and the place.",
    401: "No valid API key.",
    403: "The API key lacks the scope events:write.",
    409: "Another event has the same source and id.",
    413: "The body or the batch is too large.",
    415: "Neither a CloudEvents media type nor ce- headers.",
    503: "Try again after Retry-After seconds.",
}
PROBLEMS = {(status, "application/problem+json"): OpenApiResponse(PROBLEM, why) for status, why in _REASONS.items()}
RESPONSES: dict[Any, OpenApiResponse] = {202: ACCEPTED, **PROBLEMS}


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document describes `ApiKeyAuthentication`."""

    target_class = "events.api.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key: ecp_..."}
