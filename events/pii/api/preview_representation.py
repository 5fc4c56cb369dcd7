"""What a preview is asked for, and how it is shown."""

from collections.abc import Mapping
from typing import Any, get_args

import orjson
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from events.api.documented import EVENT
from events.api.schema import ANY_TEXT
from events.api.strict import StrictSerializer
from events.envelope.attributes import MAX_NAME, MAX_TYPE_BYTES
from events.pii.api.fields import AnyJson, Shaped
from events.pii.api.policy_representation import InlinePolicySerializer
from events.pii.detection.finding import Where
from events.pii.policies.action import Environment
from events.pii.policies.judged import Judged
from events.pii.policies.policy import ACTIONS, KINDS
from events.pii.preview import Previewed

MAX_INLINE = 50
STORED = ("draft", "published")
NOT_GIVEN_HERE = ("data", "datacontenttype", "specversion", "type")
_EVENT = EVENT["anyOf"][0]
EXTENSION, ALLOWED = _EVENT["additionalProperties"], _EVENT["properties"]["type"]["pattern"]
ATTRIBUTES_SCHEMA = {
    "type": "object",
    "description": "Context attributes of the event, by name: id, source, subject, time, dataschema and extensions.",
    "propertyNames": {"pattern": f"^[a-z0-9]{{1,{MAX_NAME}}}$", "not": {"enum": list(NOT_GIVEN_HERE)}},
    "additionalProperties": EXTENSION,
    "example": {"subject": "orders/17", "dataclassification": "internal"},
}


class Attributes(Shaped):
    """Context attributes by name; null is none."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise serializers.ValidationError("must be an object")
        if unfit := [name for name in data if name in NOT_GIVEN_HERE]:
            said = "is not given here: the data is JSON, and data and type are members of the body"
            raise serializers.ValidationError({name: [said] for name in unfit})
        return {name: value for name, value in data.items() if value is not None}


class TextOrNull(AnyJson):
    """A string, or null."""

    most = 0

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or len(data) > self.most:
            raise serializers.ValidationError(f"must be a string of at most {self.most} characters, or null")
        return data


class EventType(TextOrNull):
    most = MAX_TYPE_BYTES


class EnvironmentName(TextOrNull):
    most = 64


class Policies(Shaped):
    """The name of stored policies, or a list of others."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and data in STORED:
            return data
        if not isinstance(data, list):
            raise serializers.ValidationError("must be draft, published or a list of policies")
        listed: Any = serializers.ListField(child=InlinePolicySerializer(), max_length=MAX_INLINE)
        return listed.run_validation(data)


class PreviewSerializer(StrictSerializer):
    """An event, or parts of one; what is left out is read in the strictest way."""

    type = EventType(default=None, help_text="Without, whatever the strictest policy of the environment says.")
    environment = EnvironmentName(
        default=None, help_text="development, staging or production; anything else is production."
    )
    attributes = Attributes(default=dict)
    policies = Policies(default="published", help_text="By which policies.")
    explain = serializers.BooleanField(default=False, help_text="Say of each finding why this is done about it.")

    def get_fields(self) -> dict[str, Any]:
        """With `data`, which is an attribute of every serializer."""
        return {**super().get_fields(), "data": AnyJson()}


class FindingSerializer(serializers.Serializer[Any]):
    """Something personal. `start` and `end` count characters of the string at `path`, or of its last name."""

    path = serializers.CharField(allow_blank=True, help_text="A JSON Pointer into `data`.")
    kind = serializers.ChoiceField(KINDS)
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    action = serializers.ChoiceField(ACTIONS)
    where = serializers.ChoiceField(
        get_args(Where), help_text="`key`: in the last name of `path`, not in what stands there."
    )
    because = serializers.CharField(required=False, help_text="Which line of which policy decided; with `explain`.")
    by = serializers.ChoiceField(
        ["value", "name"], required=False, help_text="`name`: by that of its field; with `explain`."
    )


class AttributesAfterSerializer(serializers.Serializer[Any]):
    """`findings` are as for data, each path is a slash and the name of an attribute."""

    findings = FindingSerializer(many=True)
    values = serializers.DictField(allow_null=True, help_text="As they would be stored, with those that are added.")


class RefusalSerializer(serializers.Serializer[Any]):
    """Why the event would not be taken."""

    code = serializers.CharField()
    detail = serializers.CharField()


class PreviewedSerializer(serializers.Serializer[Any]):
    """What would be done; `data` is as it would be stored, null where the event would be refused.

    Tokens and pseudonyms are examples, made with keys that are thrown away.
    """

    findings = FindingSerializer(many=True)
    attributes = AttributesAfterSerializer()
    environment = serializers.ChoiceField([one.value for one in Environment], help_text="The one that was taken.")
    refused = RefusalSerializer(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """With `data`, as above."""
        return {**super().get_fields(), "data": AnyJson()}


def shown_preview(previewed: Previewed, explain: bool) -> bytes:
    """The answer, as JSON; the data is the text that would be stored: 1.50 stays 1.50."""
    refused = previewed.refused
    findings = orjson.dumps([_finding(one, len("/data"), explain) for one in previewed.in_data])
    rest = {
        "attributes": {
            "findings": [_finding(one, 0, explain) for one in previewed.in_attributes],
            "values": previewed.attributes,
        },
        "environment": previewed.environment.value,
        "refused": {"code": refused.code, "detail": refused.detail} if refused else None,
    }
    data = (previewed.data or "null").encode()
    return b'{"findings":%b,"data":%b,%b' % (findings, data, orjson.dumps(rest)[1:])


def _finding(one: Judged, root: int, explain: bool) -> dict[str, Any]:
    """`root`: so long is what its path has before the place in the data."""
    found = one.finding
    shown = {
        "path": found.path[root:],
        "kind": found.kind.value,
        "start": found.start,
        "end": found.end,
        "where": found.where,
        "action": one.action.value,
    }
    return {**shown, "because": one.because, "by": found.by} if explain else shown


class AttributesExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = Attributes

    def map_serializer_field(self, auto_schema: object, direction: object) -> dict[str, Any]:
        return ATTRIBUTES_SCHEMA


class EventTypeExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = EventType

    def map_serializer_field(self, auto_schema: object, direction: object) -> dict[str, Any]:
        return {"type": ["string", "null"], "minLength": 1, "maxLength": MAX_TYPE_BYTES, "pattern": ALLOWED}


class EnvironmentNameExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = EnvironmentName

    def map_serializer_field(self, auto_schema: object, direction: object) -> dict[str, Any]:
        return {"type": ["string", "null"], "maxLength": EnvironmentName.most, "pattern": ANY_TEXT}


class PoliciesExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = Policies

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        one = auto_schema.resolve_serializer(InlinePolicySerializer, direction).ref
        return {
            "oneOf": [
                {"type": "string", "enum": list(STORED)},
                {"type": "array", "items": one, "maxItems": MAX_INLINE},
            ]
        }
