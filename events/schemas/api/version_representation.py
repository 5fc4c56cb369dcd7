"""Schema versions as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from events.api.echoed import EchoSerializer
from events.api.pages import PageQuery
from events.api.strict import StrictSerializer
from events.models import EventType, SchemaVersion
from events.problem import Problem
from events.schemas.api.comparison_representation import (
    DECIDED,
    POLICY,
    CounterexampleSerializer,
    SchemaChangeSerializer,
)
from events.schemas.api.fields import Number, Schema, Text, steps
from events.schemas.compatibility.comparison import Counterexample, Verdict
from events.schemas.errors import RegistryError
from events.schemas.registry.assessment import NO_SUCH_ANCESTOR
from events.schemas.registry.read import schema_of

_WHO = "`user 1` or `API key 2`; null: a command."
_UP = "Steps from the ancestor's data to this version's. Empty: derived, where that is possible and needed."
_DOWN = "Steps back to the ancestor's data. Empty: derived, where that is possible and needed."
_ANCESTOR = "The version it was compared with. Null: the active one."
VERDICTS = ["", *(one.value for one in Verdict)]


class VersionSummarySerializer(serializers.Serializer[Any]):
    """A version of a type's schema, without the schema."""

    type = serializers.CharField()
    version = serializers.CharField()
    status = serializers.ChoiceField(SchemaVersion.Status.values)
    ancestor = serializers.CharField(allow_null=True)
    verdict = serializers.ChoiceField(VERDICTS)
    note = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    activated_at = serializers.DateTimeField(allow_null=True)
    deprecated_at = serializers.DateTimeField(allow_null=True)
    retired_at = serializers.DateTimeField(allow_null=True)
    revision = serializers.IntegerField()


class VersionSerializer(EchoSerializer):
    """A version of a type's schema. Only a draft can be changed."""

    type = serializers.CharField(read_only=True)
    version = Number(help_text="SemVer. The step from the ancestor must fit the verdict.")
    status = serializers.ChoiceField(SchemaVersion.Status.values, read_only=True)
    schema = Schema()
    ancestor = Number(allow_null=True, help_text=_ANCESTOR)
    policy = serializers.ChoiceField(SchemaVersion.Policy.values, help_text=POLICY)
    migration_up = steps(help_text=_UP)
    migration_down = steps(help_text=_DOWN)
    note = Text(help_text="Why this version exists.")
    verdict = serializers.ChoiceField(VERDICTS, read_only=True, help_text="Empty without an ancestor.")
    decided = serializers.BooleanField(read_only=True, help_text=DECIDED)
    changes = SchemaChangeSerializer(many=True, read_only=True)
    counterexample = CounterexampleSerializer(read_only=True, allow_null=True)
    changelog = serializers.CharField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    created_by = serializers.CharField(read_only=True, allow_null=True, help_text=_WHO)
    activated_at = serializers.DateTimeField(read_only=True, allow_null=True)
    activated_by = serializers.CharField(read_only=True, allow_null=True, help_text=_WHO)
    activation_note = serializers.CharField(read_only=True)
    deprecated_at = serializers.DateTimeField(read_only=True, allow_null=True)
    retired_at = serializers.DateTimeField(read_only=True, allow_null=True)
    revision = serializers.IntegerField(read_only=True, help_text="Counts the changes; the ETag is made from it.")


class NewVersionSerializer(StrictSerializer):
    """A new draft; what is left out is as below."""

    version = Number(allow_blank=True, default="", help_text="SemVer. Empty: the next that fits the verdict.")
    schema = Schema()
    ancestor = Number(allow_null=True, default=None, help_text=_ANCESTOR)
    policy = serializers.ChoiceField(SchemaVersion.Policy.values, default=SchemaVersion.Policy.STRICT.value)
    migration_up = steps(default=list, help_text=_UP)
    migration_down = steps(default=list, help_text=_DOWN)
    note = Text(default="")


class VersionPageSerializer(serializers.Serializer[Any]):
    items = VersionSummarySerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page, if there is one.")


class VersionQuery(PageQuery):
    status = serializers.ChoiceField(SchemaVersion.Status.values, required=False)


class ActNoteSerializer(StrictSerializer):
    note = Text(
        help_text="Why. Needed to activate an incompatible version and to retire the active one; else it may be empty."
    )


_PLAIN = (
    "version", "status", "policy", "migration_up", "migration_down", "note", "verdict", "decided", "changes",
    "changelog", "created_at", "activated_at", "activation_note", "deprecated_at", "retired_at", "revision",
)  # fmt: skip

_SHORT = (
    "version", "status", "verdict", "note", "created_at", "activated_at", "deprecated_at", "retired_at", "revision",
)  # fmt: skip


def shown_version(version: SchemaVersion) -> dict[str, Any]:
    """The version as JSON, with its schema; give it with its type and its ancestor."""
    shown: dict[str, Any] = VersionSerializer(
        {
            **{name: getattr(version, name) for name in _PLAIN},
            **_named(version),
            "schema": schema_of(version),
            "counterexample": _counterexample(version.counterexample),
            "created_by": _who(version.created_by_id, version.created_by_key_id),
            "activated_by": _who(version.activated_by_id, version.activated_by_key_id),
        }
    ).data
    return shown


def summary_of(version: SchemaVersion) -> dict[str, Any]:
    """As `shown_version`, without what is large."""
    members = {name: getattr(version, name) for name in _SHORT}
    return dict(VersionSummarySerializer({**members, **_named(version)}).data)


def take_version(version: SchemaVersion, wish: dict[str, Any]) -> None:
    """Put what was asked for into a draft, unsaved. Raises RegistryError for an ancestor that there is not."""
    for member in ("version", "policy", "migration_up", "migration_down", "note"):
        setattr(version, member, wish[member])
    version.ancestor = _ancestor(version.event_type, wish["ancestor"])


def _ancestor(event_type: EventType, number: str | None) -> SchemaVersion | None:
    if number is None:
        return None
    found = SchemaVersion.objects.filter(event_type=event_type, version=number).first()
    if found is None:
        raise RegistryError([Problem(*NO_SUCH_ANCESTOR)])
    return found


def _named(version: SchemaVersion) -> dict[str, Any]:
    return {"type": version.event_type.name, "ancestor": version.ancestor.version if version.ancestor else None}


def _who(user: int | None, key: int | None) -> str | None:
    if key:
        return f"API key {key}"
    return f"user {user}" if user else None


def _counterexample(kept: dict[str, Any] | None) -> dict[str, Any] | None:
    if kept is None:
        return None
    return Counterexample(kept["side"], kept["instance"], tuple(kept.get("faults", ()))).as_json()
