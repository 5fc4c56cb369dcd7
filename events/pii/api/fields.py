"""Members of policies as the API takes them; what the whole of a policy means is judged where it is saved."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from events.api.strict import StrictSerializer
from events.pii.policies.paths import MAX_PATTERN, MAX_STEPS
from events.pii.policies.policy import ACTIONS, ENVIRONMENTS, IGNORE, KINDS, PATH_ACTIONS

_STEP = r"(\*\*?|([^/*~\x00]|~[01])*)"
PATH = rf"^/((data|\*\*?)(/{_STEP}){{0,{MAX_STEPS - 1}}}|[a-z0-9]{{1,64}})$"
_ACTION = {"type": "string", "enum": list(ACTIONS)}
KINDS_SCHEMA = {
    "type": "object",
    "description": "What is done about each kind.",
    "propertyNames": {"enum": list(KINDS)},
    "additionalProperties": _ACTION,
    "example": {"email": "ANONYMIZE", "credit_card": "BLOCK"},
}
ENVIRONMENTS_SCHEMA = {
    "type": "array",
    "description": "Where the policy holds; none: everywhere.",
    "items": {"type": "string", "enum": list(ENVIRONMENTS)},
    "uniqueItems": True,
}


class AnyJson(serializers.Field[Any, Any, Any, Any]):
    """JSON of any type, null included, as it is."""

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        # Not by allow_null: the type says already that null is one.
        return (True, None) if data is None else super().validate_empty_values(data)

    def to_internal_value(self, data: Any) -> Any:
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class Shaped(AnyJson):
    """JSON of some shape; null is none of it."""

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        return serializers.Field.validate_empty_values(self, data)


class Kinds(Shaped):
    """Kinds with their actions."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise serializers.ValidationError("must be an object from kinds to actions")
        return data


class Environments(Shaped):
    """A list of environments, none of them twice."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, list):
            raise serializers.ValidationError("must be a list")
        return data


class PathLineSerializer(StrictSerializer):
    """What is done about what is found at some places. The most specific line that fits decides."""

    also = {
        "anyOf": [
            {"properties": {"whole": {"const": False}}},
            {
                "required": ["kind"],
                "properties": {"kind": {"type": "string"}, "action": {"not": {"const": IGNORE}}},
            },
        ]
    }
    path = serializers.RegexField(
        PATH, max_length=MAX_PATTERN, trim_whitespace=False,
        help_text="A JSON Pointer into the event: `*` is one step, `**` any number of them, or none.",
        error_messages={"invalid": "must be like /data/customer/email, /data/*/name, /data/notes/** or /subject"},
    )  # fmt: skip
    action = serializers.ChoiceField(PATH_ACTIONS, help_text="`ignore`: it is not personal there.")
    kind = serializers.ChoiceField(KINDS, allow_null=True, default=None, help_text="Null: whatever is found there.")
    whole = serializers.BooleanField(
        default=False, help_text="All that stands there is of the kind, whether it is found or not."
    )


class KindsExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = Kinds

    def get_name(self) -> str:
        return "PiiActionsByKind"

    def map_serializer_field(self, auto_schema: object, direction: object) -> dict[str, Any]:
        return KINDS_SCHEMA


class EnvironmentsExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = Environments

    def map_serializer_field(self, auto_schema: object, direction: object) -> dict[str, Any]:
        return ENVIRONMENTS_SCHEMA


class JsonExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = AnyJson
    match_subclasses = False

    def map_serializer_field(self, auto_schema: object, direction: object) -> dict[str, Any]:
        return {"$ref": "#/components/schemas/Json"}
