"""Policies as the API shows and takes them."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from events.api.echoed import EchoSerializer
from events.api.line import Line, LineOrNone
from events.api.problems import flattened
from events.api.strict import StrictSerializer
from events.models import PiiPolicy
from events.pii.api.fields import Environments, Kinds, PathLineSerializer
from events.pii.policies.policy import ACTIONS, EMPTY, MAX_PATHS, faults_of

_DEFAULT = "About all other kinds; null: what is usual in the environment."
_TEST_VALUES = "Known test values, such as 4111111111111111 and addresses at example.com, stay as they are."
_PRIORITY = "Of the policies that fit an event the one with the highest decides, alone."
MEMBERS = (
    "id", "name", "enabled", "priority", "type_pattern", "environments", "kinds", "paths", "default",
    "allow_test_values", "note", "revision", "updated_at",
)  # fmt: skip
WRITTEN = MEMBERS[1:-2]


class WholePolicy(serializers.Serializer[Any]):
    """Says at once what its fields refuse and what is wrong with the policy that they make up."""

    def to_internal_value(self, data: Any) -> Any:
        value, said = None, {}
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            said = dict(error.detail) if isinstance(error.detail, dict) else {}
            if not isinstance(data, Mapping):
                raise
        if found := {**_faults(data, said), **said}:
            raise serializers.ValidationError(found)
        return value


def _faults(data: Mapping[str, Any], said: Any) -> dict[str, list[str]]:
    """By place, but for the places about which something is said already."""
    known = {fault["pointer"] for fault in flattened("", said)}
    faults: dict[str, list[str]] = {}
    for place, message in faults_of({**EMPTY, **{name: data[name] for name in data if name in EMPTY}}):
        if place not in known:
            faults.setdefault(place[1:], []).append(message)
    return faults


class PiiPolicySerializer(WholePolicy, EchoSerializer):
    """A policy as it is edited: a draft. Events are decided by it once a set is published with it."""

    id = serializers.IntegerField(read_only=True)
    name = Line(max_length=100)
    enabled = serializers.BooleanField(help_text="Whether it is published with the others.")
    priority = serializers.IntegerField(min_value=-1_000_000, max_value=1_000_000, help_text=_PRIORITY)
    type_pattern = Line(max_length=255, help_text="`*` is any run of characters, dots included.")
    environments = Environments()
    kinds = Kinds()
    paths = serializers.ListField(child=PathLineSerializer(), max_length=MAX_PATHS)
    allow_test_values = serializers.BooleanField(help_text=_TEST_VALUES)
    note = LineOrNone(max_length=200)
    revision = serializers.IntegerField(read_only=True, help_text="Counts the changes; the ETag is made from it.")
    updated_at = serializers.DateTimeField(read_only=True)

    def get_fields(self) -> dict[str, Any]:
        """With `default`, which is an attribute of every serializer."""
        other = serializers.ChoiceField(ACTIONS, allow_null=True, help_text=_DEFAULT)
        return {**super().get_fields(), "default": other}


class InlinePolicySerializer(WholePolicy, StrictSerializer):
    """A policy that is stored nowhere; what is left out is as below."""

    name = Line(max_length=100, default="unnamed")
    priority = serializers.IntegerField(min_value=-1_000_000, max_value=1_000_000, default=0, help_text=_PRIORITY)
    type_pattern = Line(max_length=255, default="*")
    environments = Environments(default=list)
    kinds = Kinds(default=dict)
    paths = serializers.ListField(child=PathLineSerializer(), max_length=MAX_PATHS, default=list)
    allow_test_values = serializers.BooleanField(default=False, help_text=_TEST_VALUES)

    def get_fields(self) -> dict[str, Any]:
        other = serializers.ChoiceField(ACTIONS, allow_null=True, default=None, help_text=_DEFAULT)
        return {**super().get_fields(), "default": other}


class NewPiiPolicySerializer(InlinePolicySerializer):
    """A new policy; what is left out is as below."""

    name = Line(max_length=100)
    enabled = serializers.BooleanField(default=True)
    note = LineOrNone(max_length=200, default="")


class PiiPolicyPageSerializer(serializers.Serializer[Any]):
    items = PiiPolicySerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page, if there is one.")


def shown_policy(policy: PiiPolicy) -> dict[str, Any]:
    """The policy as JSON."""
    shown: dict[str, Any] = PiiPolicySerializer({name: getattr(policy, name) for name in MEMBERS}).data
    return shown


def take_policy(policy: PiiPolicy, wish: Mapping[str, Any]) -> None:
    """Put what was asked for into the policy, unsaved."""
    for member in WRITTEN:
        setattr(policy, member, wish[member])
