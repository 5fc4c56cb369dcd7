"""Comparisons, migrations and merges as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from events.api.strict import StrictSerializer
from events.models import SchemaVersion
from events.schemas.api.fields import Number, Schema, Step
from events.schemas.compatibility.comparison import Severity, Verdict

POLICY = (
    "`strict`: every instance of the one is valid under the other. `lenient`: readers ignore members they do not know, "
    "and writers write only those they declare."
)
BACKWARD = "Every instance of the old schema is valid under the new one. Not known is false."
FORWARD = "Every instance of the new schema is valid under the old one. Not known is false."
DECIDED = "False where one of both could not be decided within the limits."


class SchemaChangeSerializer(serializers.Serializer[Any]):
    """One difference between two schemas."""

    path = serializers.CharField(allow_blank=True, help_text="JSON Pointer into the schemas.")
    kind = serializers.CharField()
    severity = serializers.ChoiceField([one.value for one in Severity])
    message = serializers.CharField()


class SchemaFaultSerializer(serializers.Serializer[Any]):
    """What is wrong with a value, and where in it."""

    pointer = serializers.CharField(allow_blank=True, help_text="JSON Pointer into the value.")
    keyword = serializers.CharField()
    message = serializers.CharField()


class CounterexampleSerializer(serializers.Serializer[Any]):
    """A value that the one schema takes and the other does not."""

    instance = serializers.JSONField()
    valid_under = serializers.ChoiceField(["old", "new"])
    invalid_under = serializers.CharField(help_text="The other one.")
    faults = SchemaFaultSerializer(many=True)


class SchemaComparisonSerializer(serializers.Serializer[Any]):
    """How a schema stands to an older one. What is not known for sure is never `compatible`."""

    verdict = serializers.ChoiceField([one.value for one in Verdict])
    backward = serializers.BooleanField(help_text=BACKWARD)
    forward = serializers.BooleanField(help_text=FORWARD)
    decided = serializers.BooleanField(help_text=DECIDED)
    changes = SchemaChangeSerializer(many=True)
    counterexample = CounterexampleSerializer(allow_null=True)


class ComparedVersionsSerializer(SchemaComparisonSerializer):
    """How the version `to` stands to the version `from`, as `old`."""

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.CharField(), "to": serializers.CharField(), **super().get_fields()}


class CompatibilitySerializer(StrictSerializer):
    """Two schemas to be compared."""

    old = Schema()
    new = Schema()
    policy = serializers.ChoiceField(SchemaVersion.Policy.values, default="strict", help_text=POLICY)


class MergeSerializer(StrictSerializer):
    """A schema, and what two sides have made of it."""

    base = Schema()
    ours = Schema()
    theirs = Schema()


class MergeConflictSerializer(serializers.Serializer[Any]):
    """A place that both sides changed. What is missing of its values is not there: null is a value."""

    path = serializers.CharField(allow_blank=True, help_text="JSON Pointer into the schemas.")
    kind = serializers.CharField()
    severity = serializers.ChoiceField([one.value for one in Severity])
    message = serializers.CharField()
    resolution = serializers.ChoiceField(["automatic", "open"])
    base = serializers.JSONField(required=False)
    ours = serializers.JSONField(required=False)
    theirs = serializers.JSONField(required=False)
    chosen = serializers.JSONField(required=False, help_text="What the merged schema has there.")


class MergedSerializer(serializers.Serializer[Any]):
    """The merged schema, in which open conflicts are as in ours."""

    schema = Schema()
    clean = serializers.BooleanField(help_text="Nobody has to decide anything.")
    conflicts = MergeConflictSerializer(many=True)


class BetweenQuery(StrictSerializer):
    """Two versions of a type, by number."""

    def get_fields(self) -> dict[str, Any]:
        return {"from": Number(), "to": Number(), **super().get_fields()}


class DifferenceQuery(BetweenQuery):
    policy = serializers.ChoiceField(SchemaVersion.Policy.values, default="strict", help_text=POLICY)


class LegSerializer(serializers.Serializer[Any]):
    """One migration of a path; without steps, the data is taken as it is."""

    def get_fields(self) -> dict[str, Any]:
        steps = serializers.ListField(child=Step())
        return {"from": serializers.CharField(), "to": serializers.CharField(), "steps": steps}


class PathSerializer(serializers.Serializer[Any]):
    """The shortest way from one version to another."""

    def get_fields(self) -> dict[str, Any]:
        legs = LegSerializer(many=True, allow_null=True, help_text="In order; null where no way leads there.")
        return {"from": serializers.CharField(), "to": serializers.CharField(), "legs": legs}


class TrialSerializer(StrictSerializer):
    """Data of the version `from`, to be made data of the version `to`."""

    def get_fields(self) -> dict[str, Any]:
        return {"from": Number(), "to": Number(), "data": serializers.JSONField(allow_null=True)}


class TriedSerializer(PathSerializer):
    """What became of the data, and what is wrong with it: before under `from`, after under `to`."""

    def get_fields(self) -> dict[str, Any]:
        faults = {name: SchemaFaultSerializer(many=True) for name in ("faults_before", "faults_after")}
        return {**super().get_fields(), "data": serializers.JSONField(allow_null=True), **faults}


class ConsequencesQuery(StrictSerializer):
    limit = serializers.IntegerField(
        min_value=1, max_value=10_000, default=10_000, help_text="How many of the newest events to look at."
    )


class FailingSerializer(serializers.Serializer[Any]):
    """A stored event that would fail; `event` is its id here."""

    event = serializers.UUIDField()
    faults = SchemaFaultSerializer(many=True)


class ConsequencesSerializer(serializers.Serializer[Any]):
    """What the version would have made of the tenant's newest events of the type."""

    looked_at = serializers.IntegerField()
    failing = serializers.IntegerField(help_text="How many would not be valid as they are.")
    mended = serializers.IntegerField(help_text="How many of these the version's migration makes valid.")
    samples = FailingSerializer(many=True, help_text="The newest that would fail.")
