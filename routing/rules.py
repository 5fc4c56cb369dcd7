"""Saving and deleting a routing rule with its destinations: a draft, that publishing puts to use."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from events.audit.record import record
from events.line import LINE, NO_LINE
from events.problem import Problem, RefusedError, field_problems
from events.revision import claimed
from events.who import Actor, named
from routing.matching.errors import MatchingError, pointer
from routing.matching.filters import parse_filters
from routing.matching.pattern import parse_pattern
from routing.models import Destination, RoutingRule, RuleDestination

log = structlog.get_logger(__name__)

SUBJECT = "rule"

MAX_TARGETS = 32
AUDITED = ("name", "enabled", "priority", "type_pattern", "filters", "strategy", "continue_matching")
API_NAMES = {"continue_matching": "continue"}
NAME_TAKEN = Problem("/name", "another rule has this name")


class RuleError(RefusedError):
    """A rule is not saved as it is."""


@dataclass(frozen=True, slots=True)
class Target:
    """A destination of a rule. `condition` is a list of filters, for the strategy CONDITIONAL only."""

    destination_id: int
    condition: Any = field(default_factory=list)


def save_rule(rule: RoutingRule, targets: Sequence[Target] | None, *, expected: int | None, by: Actor) -> RoutingRule:
    """Save a rule with its destinations in order. Raises RuleError, or EditConflictError for a stale revision.

    `targets` None leaves the destinations as they are. `expected` is the revision that somebody looked at, None for a
    new rule only.
    """
    with claimed(rule, expected):
        before = _stored(rule)
        wanted = _present(rule) if targets is None else list(targets)
        if problems := _problems(rule, wanted):
            raise RuleError(problems)
        _write(rule, wanted)
        act = "rule.changed" if before else "rule.created"
        record(act, SUBJECT, rule.pk, before=before, after=_stored(rule), by=by)
    log.info("rule.saved", rule_id=rule.pk, revision=rule.revision, created=expected is None, by=named(by))
    return rule


def delete_rule(rule: RoutingRule, *, expected: int, by: Actor) -> None:
    """Delete a draft; tables that were published with it keep it. Raises EditConflictError for a stale revision."""
    id_ = rule.pk
    with claimed(rule, expected):
        before = _stored(rule)
        rule.delete()
        record("rule.deleted", SUBJECT, id_, before=before, by=by)
    log.info("rule.deleted", rule_id=id_, revision=expected, by=named(by))


def _stored(rule: RoutingRule) -> dict[str, Any] | None:
    """The rule for its audit record, as the API calls its members."""
    row = RoutingRule.objects.filter(pk=rule.pk).first()
    if row is None:
        return None
    targets = row.targets.select_related("destination")
    return {
        **{API_NAMES.get(name, name): getattr(row, name) for name in AUDITED},
        "destinations": [
            {"id": one.destination_id, "name": one.destination.name, "condition": one.condition} for one in targets
        ],
    }


def _present(rule: RoutingRule) -> list[Target]:
    return [Target(one.destination_id, one.condition) for one in rule.targets.all()]


def _problems(rule: RoutingRule, targets: Sequence[Target]) -> list[Problem]:
    # Destinations are locked here: none can be deleted between this look and the commit.
    named_here = Destination.objects.filter(pk__in={target.destination_id for target in targets})
    there = set(named_here.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    return [*_of_fields(rule), *_of_targets(targets, there), *_of_conditions(rule, targets)]


def _of_fields(rule: RoutingRule) -> Iterator[Problem]:
    try:
        # Pattern and filters are parsed below, where their problems keep their places.
        rule.clean_fields(exclude={"type_pattern", "filters"})
    except ValidationError as error:
        yield from field_problems(error, API_NAMES)
    if RoutingRule.objects.exclude(pk=rule.pk).filter(name=rule.name).exists():
        yield NAME_TAKEN
    for member in ("name", "type_pattern"):
        if not LINE.fullmatch(getattr(rule, member) or "-"):
            yield Problem(f"/{member}", NO_LINE)
    yield from _parsed(partial(parse_pattern, rule.type_pattern, "/type_pattern"))
    yield from _parsed(partial(parse_filters, rule.filters, "/filters"))


def _parsed(parse: Callable[[], object]) -> Iterator[Problem]:
    try:
        parse()
    except MatchingError as error:
        yield Problem(error.place, error.message)


def _of_targets(targets: Sequence[Target], there: set[int]) -> Iterator[Problem]:
    if not targets:
        yield Problem("/destinations", "a rule needs at least one destination")
    if len(targets) > MAX_TARGETS:
        yield Problem("/destinations", f"a rule has at most {MAX_TARGETS} destinations, this has {len(targets)}")
    seen: set[int] = set()
    for index, target in enumerate(targets):
        place = pointer("/destinations", index)
        if target.destination_id not in there:
            yield Problem(place, "there is no such destination")
        elif target.destination_id in seen:
            yield Problem(place, "the destination is named before")
        seen.add(target.destination_id)


def _of_conditions(rule: RoutingRule, targets: Iterable[Target]) -> Iterator[Problem]:
    for index, target in enumerate(targets):
        place = pointer(pointer("/destinations", index), "condition")
        if target.condition and rule.strategy != RoutingRule.Strategy.CONDITIONAL:
            yield Problem(place, "a condition takes effect with the strategy CONDITIONAL only")
        else:
            yield from _parsed(partial(parse_filters, target.condition, place))


def _write(rule: RoutingRule, targets: Sequence[Target]) -> None:
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError as error:
        # Somebody saved another rule by this name since the look at it.
        raise RuleError([NAME_TAKEN]) from error
    if list(targets) != _present(rule):
        rule.targets.all().delete()
        RuleDestination.objects.bulk_create(
            RuleDestination(
                rule=rule, destination_id=target.destination_id, position=position, condition=target.condition
            )
            for position, target in enumerate(targets)
        )
