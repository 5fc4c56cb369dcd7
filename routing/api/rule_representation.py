"""Routing rules as the API shows and takes them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from events.api.echoed import EchoSerializer
from events.api.line import Line
from events.api.strict import StrictSerializer
from events.problem import Problem
from routing.models import Destination, RoutingRule, RuleDestination
from routing.rules import MAX_TARGETS, RuleError, Target

_COMPARISON = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"pattern": "^[a-z0-9]{1,64}$"},
    "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 1024, "pattern": r"^[^\x00]+$"},
}
_SELF = {"$ref": "#/components/schemas/Filter"}
_SEVERAL = {"type": "array", "minItems": 1, "items": _SELF}
_DIALECTS = {
    **dict.fromkeys(("exact", "prefix", "suffix"), _COMPARISON),
    **dict.fromkeys(("all", "any"), _SEVERAL),
    "not": _SELF,
}
FILTER = {
    "description": "A filter of the CloudEvents Subscriptions API, named by its dialect. It cannot read data.",
    "anyOf": [
        {"type": "object", "required": [name], "properties": {name: operand}, "additionalProperties": False}
        for name, operand in _DIALECTS.items()
    ],
    "example": {"exact": {"tenant": "acme"}},
}


class Filter(serializers.JSONField):
    """One filter, parsed when its rule is saved."""


class FilterSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = Filter

    def get_name(self) -> str:
        return "Filter"

    def map_serializer_field(self, auto_schema: object, direction: object) -> dict[str, Any]:
        return FILTER


class TargetSerializer(StrictSerializer):
    """A destination of a rule, by name."""

    id = serializers.IntegerField(
        required=False, help_text="Need not be given; another one than the name's is refused."
    )
    name = serializers.SlugField(max_length=64)
    condition = serializers.ListField(
        child=Filter(), help_text="All must hold; with the strategy CONDITIONAL only, otherwise empty."
    )


class NewTargetSerializer(TargetSerializer):
    """A destination of a new rule."""

    condition = serializers.ListField(child=Filter(), default=list)


class RoutingRuleSerializer(EchoSerializer):
    """A rule as it is edited: a draft. Events go by it once it is published in a routing table."""

    id = serializers.IntegerField(read_only=True)
    name = Line(max_length=100)
    enabled = serializers.BooleanField(help_text="Whether it is published with the others.")
    priority = serializers.IntegerField(
        min_value=-1_000_000, max_value=1_000_000, help_text="The highest is tried first."
    )
    type_pattern = Line(max_length=255, help_text="`*` is any run of characters, dots included.")
    filters = serializers.ListField(child=Filter(), help_text="All must hold.")
    strategy = serializers.ChoiceField(RoutingRule.Strategy.values)
    destinations = serializers.ListField(child=TargetSerializer(), min_length=1, max_length=MAX_TARGETS)
    revision = serializers.IntegerField(read_only=True, help_text="Counts the changes; the ETag is made from it.")
    updated_at = serializers.DateTimeField(read_only=True)

    def get_fields(self) -> dict[str, Any]:
        """With `continue`, which cannot be the name of an attribute."""
        goes_on = serializers.BooleanField(
            source="continue_matching", help_text="Go on to later rules after this one matched."
        )
        return {**super().get_fields(), "continue": goes_on}


class NewRoutingRuleSerializer(StrictSerializer):
    """A new rule; what is left out is as below."""

    name = Line(max_length=100)
    enabled = serializers.BooleanField(default=True)
    priority = serializers.IntegerField(min_value=-1_000_000, max_value=1_000_000, default=0)
    type_pattern = Line(max_length=255)
    filters = serializers.ListField(child=Filter(), default=list)
    strategy = serializers.ChoiceField(RoutingRule.Strategy.values, default=RoutingRule.Strategy.ALL.value)
    destinations = serializers.ListField(child=NewTargetSerializer(), min_length=1, max_length=MAX_TARGETS)

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "continue": serializers.BooleanField(source="continue_matching", default=False)}


def shown_rule(rule: RoutingRule) -> dict[str, Any]:
    """The rule as JSON; give it with `targets__destination` prefetched."""
    shown: dict[str, Any] = RoutingRuleSerializer(
        {
            **{name: getattr(rule, name) for name in RULE_MEMBERS},
            "destinations": [*map(_shown_target, rule.targets.all())],
        }
    ).data
    return shown


RULE_MEMBERS = (
    "id", "name", "enabled", "priority", "type_pattern", "filters", "strategy", "continue_matching", "revision",
    "updated_at",
)  # fmt: skip


def _shown_target(target: RuleDestination) -> dict[str, Any]:
    return {"id": target.destination_id, "name": target.destination.name, "condition": target.condition}


def take_rule(rule: RoutingRule, wish: Mapping[str, Any]) -> list[Target]:
    """Put what was asked for into the rule, unsaved, and return its destinations. Raises RuleError."""
    for member, value in wish.items():
        if member != "destinations":
            setattr(rule, member, value)
    return _targets(wish["destinations"])


def _targets(wished: Sequence[Mapping[str, Any]]) -> list[Target]:
    ids = dict(Destination.objects.filter(name__in=[one["name"] for one in wished]).values_list("name", "id"))
    if problems := [problem for index, one in enumerate(wished) for problem in _mistaken(index, one, ids)]:
        raise RuleError(problems)
    return [Target(ids[one["name"]], one["condition"]) for one in wished]


def _mistaken(index: int, wish: Mapping[str, Any], ids: Mapping[str, int]) -> Iterator[Problem]:
    place = f"/destinations/{index}"
    if wish["name"] not in ids:
        yield Problem(f"{place}/name", "there is no such destination")
    elif wish.get("id", ids[wish["name"]]) != ids[wish["name"]]:
        yield Problem(f"{place}/id", "is not the id of the destination with this name")
