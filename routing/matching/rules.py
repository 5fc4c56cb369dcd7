"""A rule as it stands in a snapshot, compiled: when it matches, and which destinations it then chooses."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from routing.matching.condition import AllOf, Condition, Values
from routing.matching.errors import TableError, pointer
from routing.matching.filters import parse_filters
from routing.matching.pattern import parse_pattern

Json = Mapping[str, object]
T = TypeVar("T")


class Strategy(StrEnum):
    ALL = "ALL"
    PRIMARY_ONLY = "PRIMARY_ONLY"
    FAILOVER = "FAILOVER"
    CONDITIONAL = "CONDITIONAL"


@dataclass(frozen=True, slots=True)
class Choice:
    """A destination of a rule, and when it is chosen."""

    destination_id: int
    condition: Condition


@dataclass(frozen=True, slots=True)
class Rule:
    """`condition` joins the type pattern and the filters."""

    id: int
    name: str
    condition: Condition
    strategy: Strategy
    goes_on: bool
    choices: tuple[Choice, ...]

    @property
    def reads(self) -> frozenset[str]:
        return self.condition.reads.union(*(choice.condition.reads for choice in self.choices))

    def choose(self, values: Values) -> tuple[int, ...]:
        """The destinations for an event, in order, empty if the rule does not match.

        A rule of which no destination's own condition holds does not match either: the event goes on to later
        rules, so that a catch-all sees it, and is unrouted when there is none.
        """
        if not self.condition.holds(values):
            return ()
        return tuple(choice.destination_id for choice in self.choices if choice.condition.holds(values))

    def failure(self, values: Values) -> str | None:
        failed = self.condition.failure(values)
        if failed is None and not any(choice.condition.holds(values) for choice in self.choices):
            return "no destination's own condition holds"
        return failed


ALWAYS = AllOf(())


def parse_rule(raw: object, place: str) -> Rule:
    """Raises TableError, FilterError or PatternError with the place in the snapshot."""
    rule = _object(raw, place)
    condition = AllOf(
        (
            parse_pattern(_member(rule, "type_pattern", str, place), pointer(place, "type_pattern")),
            parse_filters(rule.get("filters"), pointer(place, "filters")),
        )
    )
    strategy = _strategy(rule, place)
    return Rule(
        id=_member(rule, "id", int, place),
        name=_member(rule, "name", str, place),
        condition=condition,
        strategy=strategy,
        goes_on=_member(rule, "continue", bool, place),
        choices=_choices(rule, strategy, place),
    )


def _strategy(rule: Json, place: str) -> Strategy:
    name = _member(rule, "strategy", str, place)
    if name not in list(Strategy):
        raise TableError(pointer(place, "strategy"), f"must be one of {', '.join(Strategy)}")
    return Strategy(name)


def _choices(rule: Json, strategy: Strategy, place: str) -> tuple[Choice, ...]:
    at = pointer(place, "destinations")
    listed = _member(rule, "destinations", list, place)
    if not listed:
        raise TableError(at, "a rule needs at least one destination")
    choices = tuple(_choice(raw, strategy, pointer(at, index)) for index, raw in enumerate(listed))
    return choices[:1] if strategy is Strategy.PRIMARY_ONLY else choices


def _choice(raw: object, strategy: Strategy, place: str) -> Choice:
    destination = _object(raw, place)
    conditional = strategy is Strategy.CONDITIONAL
    condition = parse_filters(destination.get("condition"), pointer(place, "condition")) if conditional else ALWAYS
    return Choice(_member(destination, "id", int, place), condition)


def _object(raw: object, place: str) -> Json:
    if not isinstance(raw, dict):
        raise TableError(place, "must be an object")
    return raw


def _member(raw: Json, key: str, kind: type[T], place: str) -> T:
    value = raw.get(key)
    if type(value) is not kind:
        raise TableError(pointer(place, key), f"must be of type {kind.__name__}")
    return value
