"""The schema of a type as consumers get its events: after the policy.

Where a member is personal by its name, or a policy says so of its place, it is a token, a pseudonym or a mark. Any
other string may hold one in place of a part, so nothing is promised of its form; a number may be one, if it is large.
What cannot be said of events after the policy is left out, never said wrongly.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from events.envelope.json_text import escape
from events.pii.detection import Examined, detect
from events.pii.detection.names.hints import Hint
from events.pii.detection.names.known import name_of
from events.pii.detection.names.name import PLAIN, Name, combined
from events.pii.detection.names.values import may_say_nothing
from events.pii.policies.action import Action
from events.pii.policies.decide import Decider, PolicySet
from events.pii.policies.effects import REPLACING, Effects, Place
from events.pii.policies.leaves import certain, relaxed

Json: TypeAlias = Any
Schema: TypeAlias = dict[str, Any]

_DEFINITIONS = ("$defs", "definitions")
_CONTAINERS = ("items", "prefixItems", "additionalItems", "contains")
# What they hint at is that something is not personal.
_OF_THINGS = Hint.THING | Hint.VERSION
# These would say something wrong once what they speak of is relaxed, or replaced.
_DROPPED = frozenset(
    {
        "not", "if", "then", "else", "unevaluatedProperties", "unevaluatedItems", "maxContains", "uniqueItems",
        "propertyNames", "patternProperties", "oneOf",
    }
)  # fmt: skip


def schema_after(schema: Json, policies: PolicySet, event_type: str, environment: str | None) -> Json:
    """A schema that every event of the type which fits `schema`, and is let in, fits after the policies."""
    decider = policies.decider(event_type, environment)
    assert isinstance(decider, Decider)
    effects = Effects(decider)
    if not effects.actions(None) & REPLACING:
        return schema
    return _After(effects, exact=all(map(_to_a_definition, _references(schema)))).made(schema, _DATA)


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place, and the name of what stands there; None where it may be any."""

    place: Place
    name: Name | None

    def member(self, key: str) -> "_Spot":
        return _Spot(self._step(escape(key)), self._meant(name_of(key)))

    def any_member(self) -> "_Spot":
        return _Spot(self._step("*"), None)

    def element(self) -> "_Spot":
        return _Spot(self._step("*"), self.name)

    @property
    def is_quiet(self) -> bool:
        """Whether neither its name nor any on the way to it speaks of something personal."""
        if self.place is None or self.name is None or self.name.kind is not None:
            return False
        return not any(name_of(step).hints & ~_OF_THINGS for step in self.place)

    def _meant(self, name: Name) -> Name | None:
        """A name that is a part means something together with the one above it."""
        if not name.is_part:
            return name
        if self.name is None:
            return None
        return combined(self.name, name) if self.name.words else name

    def _step(self, step: str) -> Place:
        return None if self.place is None else (*self.place, step)


_DATA = _Spot(("data",), PLAIN)
_ANYWHERE = _Spot(None, None)


class _After:
    """`exact`: whatever the schema says at a spot is said of that spot alone."""

    def __init__(self, effects: Effects, exact: bool) -> None:
        self._effects = effects
        self._exact = exact

    def made(self, schema: Json, spot: _Spot) -> Json:
        if not isinstance(schema, dict):
            return schema
        out = self._leaf({name: value for name, value in schema.items() if name not in _DROPPED}, spot)
        for name in _DEFINITIONS:
            if isinstance(schema.get(name), dict):
                out[name] = {key: self.made(each, _ANYWHERE) for key, each in schema[name].items()}
        self._object(out, schema, spot)
        for name in _CONTAINERS:
            if name in schema:
                out[name] = self._each(schema[name], spot.element())
        self._branches(out, schema, spot)
        return out

    def _each(self, schemas: Json, spot: _Spot) -> Json:
        return [self.made(each, spot) for each in schemas] if isinstance(schemas, list) else self.made(schemas, spot)

    def _object(self, out: Schema, schema: Schema, spot: _Spot) -> None:
        if "properties" in schema:
            out["properties"] = {key: self.made(each, spot.member(key)) for key, each in schema["properties"].items()}
        others = self._other_members(schema, spot)
        if others is not None:
            out["additionalProperties"] = others
        for name in ("dependentSchemas", "dependencies"):
            if name in schema:
                out[name] = {key: self.made(each, spot) for key, each in schema[name].items()}

    def _other_members(self, schema: Schema, spot: _Spot) -> Json:
        """A personal name is replaced, so it may fit another pattern afterwards, or none: any is allowed them all."""
        patterns = schema.get("patternProperties", {})
        if "additionalProperties" not in schema:
            return None
        there = spot.any_member()
        choices = [self.made(each, there) for each in (*patterns.values(), schema["additionalProperties"])]
        possible = [choice for choice in choices if choice is not False]
        if len(possible) < 2:
            return possible[0] if possible else False
        return {"anyOf": possible}

    def _branches(self, out: Schema, schema: Schema, spot: _Spot) -> None:
        for name in ("allOf", "anyOf"):
            if name in schema:
                out[name] = self._each(schema[name], spot)
        more = [{"anyOf": self._each(schema["oneOf"], spot)}] if "oneOf" in schema else []
        if "if" in schema:
            branches = [self.made(schema.get(name, True), spot) for name in ("then", "else")]
            more += [] if True in branches else [{"anyOf": branches}]
        if more:
            out["allOf"] = [*out.get("allOf", []), *more]

    def _leaf(self, schema: Schema, spot: _Spot) -> Schema:
        actions = self._effects.actions(spot.place)
        if not actions & REPLACING or self._fixed(schema, spot):
            return schema
        if self._is_certain(spot, actions):
            return certain(schema, whole=self._whole(spot))
        whole = self._whole(spot)
        return relaxed(schema, by_name=self._by_name(spot), whole=whole, quiet=spot.is_quiet and not whole)

    def _is_certain(self, spot: _Spot, actions: set[Action | None]) -> bool:
        if not self._exact or spot.place is None or not actions <= REPLACING | {Action.BLOCK}:
            return False
        kind = spot.name.kind if spot.name is not None else None
        named = kind is not None and not may_say_nothing(kind)
        return named or self._effects.is_whole(spot.place)

    def _by_name(self, spot: _Spot) -> bool:
        return spot.name is None or spot.name.kind is not None or self._whole(spot)

    def _whole(self, spot: _Spot) -> bool:
        return self._effects.may_be_whole(spot.place)

    def _fixed(self, schema: Schema, spot: _Spot) -> bool:
        """Whether it names its values, and nothing is found in any of them there."""
        values = schema.get("enum", [schema["const"]] if "const" in schema else [])
        if not values or spot.place is None or self._by_name(spot):
            return False
        return not any(detect(Examined(_nested(spot.place[1:], value))) for value in values)


def _nested(steps: tuple[str, ...], value: Json) -> Json:
    """The value where it would stand: the names on the way count."""
    for step in reversed(steps):
        value = [value] if step == "*" else {step.replace("~1", "/").replace("~0", "~"): value}
    return value


def _references(schema: Json) -> Iterator[str]:
    """Every `$ref`, and some members of that name too, which does no harm."""
    stack = [schema]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            yield from (
                value for name, value in node.items() if name in ("$ref", "$dynamicRef") and isinstance(value, str)
            )
        if isinstance(node, dict | list):
            stack.extend(node.values() if isinstance(node, dict) else node)


def _to_a_definition(reference: str) -> bool:
    """One that leads into what is made for anywhere; into a definition and on from there counts too."""
    return reference.startswith(("#/$defs/", "#/definitions/"))
