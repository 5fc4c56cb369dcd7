"""The way an event took, as its page tells it: accepted, routed by which rules and why not by others, delivered."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.clock import database_now
from events.envelope.event import CloudEvent
from events.models import OutboxEntry
from routing.matching.errors import MatchingError
from routing.matching.table import compile_table
from routing.models import Attempt, Delivery, Destination, RoutingTable
from routing.numbers.read import state_of

Json = Mapping[str, Any]

MAX_RULES = 200
READY = "ready"


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """What one rule of a table made of the event; `failed` is the first condition that did not hold."""

    id: int
    name: str
    pattern: str
    matched: bool
    failed: str


@dataclass(frozen=True, slots=True)
class Decision:
    """By which table the event was routed, and what each of its rules made of it."""

    version: int
    table: RoutingTable | None
    matched: Sequence[RuleVerdict] = ()
    others: Sequence[RuleVerdict] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Try:
    """`again` marks the first one after a redrive; `elsewhere` is another destination, before a failover."""

    attempt: Attempt
    took: str
    again: bool
    elsewhere: str


@dataclass(frozen=True, slots=True)
class Leg:
    """One delivery: the rule that caused it, its failed tries in their order, and the receipt in words.

    `held` is the state of a destination that takes nothing now, and `held_why` the reason.
    """

    delivery: Delivery
    rule: str
    tries: Sequence[Try]
    receipt: Sequence[tuple[str, str]]
    fallbacks: Sequence[str]
    redriven: bool
    due: bool
    held: str
    held_why: str

    @property
    def told(self) -> bool:
        """Whether the last try says already why the delivery stands as it does."""
        return bool(self.tries) and self.tries[-1].attempt.error == self.delivery.error


@dataclass(frozen=True, slots=True)
class Way:
    entry: OutboxEntry
    decisions: Sequence[Decision]
    legs: Sequence[Leg]


def way_of(entry: OutboxEntry) -> Way:
    """Of an entry read whole, with `deliveries__destination` and `deliveries__tries`."""
    deliveries = sorted(entry.deliveries.all(), key=lambda delivery: delivery.pk)
    versions = {delivery.table_version for delivery in deliveries}
    if hasattr(entry, "unrouted"):
        versions.add(entry.unrouted.table_version)
    tables = RoutingTable.objects.select_related("published_by").in_bulk(versions)
    names = _destination_names(deliveries)
    now = database_now()
    legs = [_leg(delivery, tables.get(delivery.table_version), names, now) for delivery in deliveries]
    return Way(entry, [_decision(entry, version, tables.get(version)) for version in sorted(versions)], legs)


def _destination_names(deliveries: Iterable[Delivery]) -> dict[int, str]:
    wanted = {number for one in deliveries for number in one.fallbacks}
    wanted |= {attempt.destination_id for one in deliveries for attempt in one.tries.all()}
    return dict(Destination.objects.filter(pk__in=wanted).values_list("pk", "name"))


def _decision(entry: OutboxEntry, version: int, table: RoutingTable | None) -> Decision:
    if table is None:
        return Decision(version, None, problem="This table is not kept any more.")
    try:
        verdicts = compile_table(table.snapshot).explain(event_of(entry))
    except MatchingError as error:
        return Decision(version, table, problem=f"This release cannot read the table: {error}")
    rules = {rule["id"]: rule for rule in table.snapshot["rules"]}
    stopped = {f"not tried: rule {one.rule_id} stopped the search": one.rule_id for one in verdicts if one.matched}
    told = [
        _verdict(rules[one.rule_id], one.matched, one.failed or "", rules.get(stopped.get(one.failed or "", 0)))
        for one in verdicts[:MAX_RULES]
    ]
    return Decision(version, table, [one for one in told if one.matched], [one for one in told if not one.matched])


def _verdict(rule: Json, matched: bool, failed: str, stopped_by: Json | None) -> RuleVerdict:
    """Places in the snapshot say nothing to who reads the page: `/rules/3/filters/0: exact ...`."""
    words = failed.split(": ", 1)[1] if failed.startswith("/rules/") else failed
    words = f"not tried: {stopped_by['name']} stopped the search" if stopped_by else words
    return RuleVerdict(rule["id"], rule["name"], rule["type_pattern"], matched, words)


def event_of(entry: OutboxEntry) -> CloudEvent:
    """The attributes that rules look at; none looks at the data."""
    return CloudEvent.stored(
        entry.event_id, entry.source, entry.type, entry.subject, entry.time, entry.datacontenttype, entry.dataschema,
        entry.extensions, None, False,
    )  # fmt: skip


def _leg(delivery: Delivery, table: RoutingTable | None, names: dict[int, str], now: datetime) -> Leg:
    rules = {rule["id"]: rule["name"] for rule in table.snapshot["rules"]} if table else {}
    tries = _tries(delivery, names)
    state, why = state_of(delivery.destination)
    return Leg(
        delivery,
        rules.get(delivery.rule_id, f"rule {delivery.rule_id}"),
        tries,
        _receipt(delivery),
        [names.get(number, f"destination {number}") for number in delivery.fallbacks],
        bool(tries) and _redriven_since(tries[-1].attempt, delivery),
        delivery.next_attempt_at is None or delivery.next_attempt_at <= now,
        "" if state == READY else state.replace("+", " and "),
        why,
    )


def _tries(delivery: Delivery, names: dict[int, str]) -> list[Try]:
    shown: list[Try] = []
    last: Attempt | None = None
    for attempt in sorted(delivery.tries.all(), key=lambda one: one.pk):
        elsewhere = attempt.destination_id != delivery.destination_id
        where = names.get(attempt.destination_id, "") if elsewhere else ""
        shown.append(
            Try(attempt, _duration(attempt.duration_seconds), last is not None and _begins_anew(last, attempt), where)
        )
        last = attempt
    return shown


def _begins_anew(last: Attempt, attempt: Attempt) -> bool:
    """Nothing follows a permanent failure, and no count at one destination begins again, without a redrive."""
    if last.outcome == Attempt.Outcome.PERMANENT or attempt.destination_id != last.destination_id:
        return last.outcome == Attempt.Outcome.PERMANENT
    # A silence may be counted with the try before it.
    silent = Attempt.Outcome.AMBIGUOUS in (last.outcome, attempt.outcome)
    return attempt.number < last.number or (attempt.number == last.number and not silent)


def _redriven_since(last: Attempt, delivery: Delivery) -> bool:
    """The same of what followed the last try that failed: a success, or nothing so far."""
    if delivery.state not in (Delivery.State.PENDING, Delivery.State.DELIVERED):
        return False
    if last.outcome == Attempt.Outcome.PERMANENT or delivery.destination_id != last.destination_id:
        return last.outcome == Attempt.Outcome.PERMANENT
    return delivery.attempts + (delivery.state == Delivery.State.PENDING) <= last.number


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.3g} s"


def _receipt(delivery: Delivery) -> list[tuple[str, str]]:
    """What the platform answered: `EVENTS:17` of JetStream, an EventId of EventBridge."""
    if not delivery.receipt:
        return []
    stream, separator, sequence = delivery.receipt.rpartition(":")
    if delivery.destination.kind == Destination.Kind.NATS and separator and sequence.isdecimal():
        return [("stream", stream), ("sequence", sequence)]
    name = "EventId" if delivery.destination.kind == Destination.Kind.EVENTBRIDGE else "receipt"
    return [(name, delivery.receipt)]


def extensions_of(entry: OutboxEntry) -> list[tuple[str, str]]:
    return [(name, value if isinstance(value, str) else json.dumps(value)) for name, value in _members(entry)]


def _members(entry: OutboxEntry) -> list[tuple[str, Any]]:
    members: dict[str, Any] = json.loads(entry.extensions)
    return sorted(members.items())
