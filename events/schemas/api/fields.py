"""Members that several bodies of the registry have."""

from typing import Any

from django.core.validators import RegexValidator
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from events.schemas.registry.fields import MAX_TEXT
from events.schemas.registry.proposal import MAX_LENGTH

MAX_STEPS = 200
# Not empty: that is said apart, and the two must exclude each other.
SOME_TEXT = r"^[^\x00]+$"
_PART, _WORD = "(0|[1-9][0-9]*)", "(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_BUILD = r"(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?"
NUMBER = rf"^{_PART}\.{_PART}\.{_PART}(-{_WORD}(\.{_WORD})*)?{_BUILD}$"
SCHEMA = {
    "description": "A JSON Schema, draft 7 or 2020-12. Every reference in it leads to a place within it.",
    "anyOf": [{"type": "object"}, {"type": "boolean"}],
}
STEP = {
    "type": "object",
    "description": "One step of a migration, named by `op`; paths in it are JSON Pointers into the data.",
    "required": ["op"],
    "properties": {"op": {"type": "string"}},
    "example": {"op": "set_default", "path": "/currency", "value": "EUR"},
}


class Text(serializers.CharField):
    """Some lines, or nothing."""

    def __init__(self, **options: Any) -> None:
        validators = [RegexValidator(SOME_TEXT)]
        super().__init__(
            allow_blank=True, trim_whitespace=False, max_length=MAX_TEXT, validators=validators, **options
        )  # fmt: skip


class Number(serializers.RegexField):
    """The number of a version, by SemVer."""

    default_error_messages = {"invalid": "must be a version by SemVer, like 1.4.0 or 2.0.0-rc.1"}

    def __init__(self, **options: Any) -> None:
        super().__init__(NUMBER, max_length=MAX_LENGTH, trim_whitespace=False, **options)


class Schema(serializers.JSONField):
    """A JSON Schema: judged by the act it is for, which names every place."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict | bool):
            raise serializers.ValidationError("must be a schema: an object, true or false")
        return data


class Step(serializers.JSONField):
    """One step of a migration, parsed where the migration is."""


def steps(**options: Any) -> Any:
    """A migration."""
    return serializers.ListField(child=Step(), max_length=MAX_STEPS, **options)


class SchemaExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = Schema

    def get_name(self) -> str:
        return "JsonSchema"

    def map_serializer_field(self, auto_schema: object, direction: object) -> dict[str, Any]:
        return SCHEMA


class StepExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = Step

    def get_name(self) -> str:
        return "MigrationStep"

    def map_serializer_field(self, auto_schema: object, direction: object) -> dict[str, Any]:
        return STEP
