"""What each kind of destination has in its config, for the OpenAPI document: never narrower than what is taken.

Whether a config can be used is decided where it is read, in `routing.publishers`.
"""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from routing.destination_config import kinds

_TEXT = {"type": "string", "minLength": 1}
_SECRET = {
    "type": "string",
    "description": "Where the secret is, never the secret: env:NAME or file:/PATH.",
    "pattern": "^(env:[A-Za-z_][A-Za-z0-9_]*$|file:/)",
    "examples": ["env:NATS_PASSWORD"],
}
_FLAG = {"type": "boolean"}


def _number(low: float, high: float, type_: str = "number", **more: Any) -> dict[str, Any]:
    return {"type": type_, "minimum": low, "maximum": high, **more}


def _texts(of: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [{"type": "array", "minItems": 1, "items": of}, of]}


def _config(title: str, properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"title": title, "type": "object", "additionalProperties": False, "properties": properties, **more}


NATS = _config(
    "nats",
    {
        "servers": _texts({"type": "string", "pattern": "^(nats|tls)://[^@]+$", "examples": ["nats://127.0.0.1:4222"]}),
        "stream": {**_TEXT, "default": "EVENTS"},
        "subject": {**_TEXT, "default": "events.{type}", "description": "A template over the event's attributes."},
        "mode": {"type": "string", "enum": ["binary", "structured"], "default": "binary"},
        "create_stream": {**_FLAG, "default": True},
        "stream_subjects": _texts(_TEXT),
        "dedup_window_seconds": _number(1, 86_400, default=900),
        "replicas": _number(1, 5, "integer", default=1),
        "max_bytes": _number(1, 2**62, "integer"),
        "connect_timeout_seconds": _number(0.05, 30, default=2),
        "inbox_prefix": {**_TEXT, "default": "_INBOX"},
        **dict.fromkeys(("tls_ca", "tls_cert", "tls_key", "tls_hostname"), _TEXT),
        "user": _TEXT,
        **dict.fromkeys(("creds", "nkey", "password", "token"), _SECRET),
    },
    dependentRequired={"tls_key": ["tls_cert"], "user": ["password"], "password": ["user"]},
)
EVENTBRIDGE = _config(
    "eventbridge",
    {
        "bus": {"type": "string", "pattern": "^[A-Za-z0-9._/:-]+$", "default": "default"},
        "region": {**_TEXT, "default": "us-east-1"},
        "endpoint": {"type": "string", "pattern": "^https?://[^@]+$"},
        "max_entry_bytes": _number(1024, 1_048_576, "integer", default=262_144),
        "concurrency": _number(1, 64, "integer", default=8),
        "connect_timeout_seconds": _number(0.05, 30, default=2),
        **dict.fromkeys(("access_key_id", "secret_access_key", "session_token"), _SECRET),
    },
    dependentRequired={
        "access_key_id": ["secret_access_key"],
        "secret_access_key": ["access_key_id"],
        "session_token": ["access_key_id"],
    },
)
MEMORY = _config(
    "memory",
    {
        "stream": {**_TEXT, "default": "events"},
        "max_message_bytes": _number(1, 2**31, "integer", default=1_048_576),
        "dedup_window_seconds": _number(0, 86_400, default=900),
    },
)
BY_KIND = {"nats": NATS, "eventbridge": EVENTBRIDGE, "memory": MEMORY}


class Config(serializers.JSONField):
    """The config of a destination, read as its kind says when the destination is saved."""


class ConfigSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = Config

    def get_name(self) -> str:
        return "DestinationConfig"

    def map_serializer_field(self, auto_schema: object, direction: object) -> dict[str, Any]:
        return {"type": "object", "description": "As the destination's kind has it."}


OF_ITS_KIND = {"anyOf": [{"properties": {"kind": {"const": kind}, "config": BY_KIND[kind]}} for kind in kinds()]}
"""What each kind says of the config, for the schema of a destination."""
