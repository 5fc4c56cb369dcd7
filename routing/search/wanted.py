"""A query as conditions of the database: what must hold of an entry, and what of one of its deliveries."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db import connection
from django.db.models import Exists, Lookup, OuterRef, Q, QuerySet

from events.models import OutboxEntry, PendingEntry
from routing.models import Delivery, Destination, RoutingRule, RoutingTable, Unrouted
from routing.search.qualifiers import MAX_NUMBER, EventQuery, QueryError
from routing.search.wildcard import matches

Covers = Callable[[str], Q]
Condition: TypeAlias = "Q | Lookup[Any]"

PENDING, DEAD, DELIVERED = Delivery.State.PENDING.value, Delivery.State.DEAD.value, Delivery.State.DELIVERED.value
UNROUTED = "unrouted"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query whose names are known: the destination and the rules as ids."""

    query: EventQuery
    tenant: str | None
    destination: int | None
    rules: frozenset[int] | None

    @classmethod
    def of(cls, query: EventQuery, tenant: str | None) -> "Wanted":
        """Raises QueryError for a destination or a rule that there is not."""
        destination = None if query.dest is None else _destination(query.dest)
        return cls(query, tenant, destination, None if query.rule is None else _rules(query.rule))

    def impossible(self) -> bool:
        """Whether it is about another tenant than the one who asks."""
        return self.tenant is not None and self.query.tenant not in (None, self.tenant)

    def of_entry(self, prefix: str = "") -> list[Condition]:
        """What must hold of an entry, or with a prefix of that of a delivery."""
        query = self.query
        exact = {"partitionkey": query.key, "tenant": query.tenant}
        conditions: list[Condition] = [Q(**{f"{prefix}{name}": value}) for name, value in exact.items() if value]
        if self.tenant is not None:
            conditions.append(Q(**{f"{prefix}tenant": self.tenant}))
        patterns = {"type": query.type, "source": query.source, "subject": query.subject}
        return conditions + [_text(f"{prefix}{name}", pattern) for name, pattern in patterns.items() if pattern]

    def of_delivery(self, states: Collection[str]) -> Q:
        """What must hold of one delivery; `states` empty stands for any."""
        query = self.query
        given = {"destination_id": self.destination, "table_version": query.table, "error_class": query.error}
        condition = Q(**{name: value for name, value in given.items() if value is not None})
        if self.rules is not None:
            condition &= Q(rule_id__in=self.rules)
        return condition & Q(state__in=states) if states else condition

    def entries(self, covers: Covers) -> QuerySet[OutboxEntry]:
        """The entries of a step of the search. What is looked up of their deliveries keeps to the same step."""
        rows = OutboxEntry.objects.filter(covers("sequence"), *self.of_entry())
        return rows.filter(_Around(self, covers).condition())

    def deliveries(self, states: Collection[str], covers: Covers, times: Q) -> QuerySet[Delivery]:
        """The deliveries of a step. Their entries are looked up within the step, so that no plan reads all of them."""
        rows = Delivery.objects.filter(covers("entry_id"), self.of_delivery(states))
        conditions = [*self.of_entry(), *([times] if times else ())]
        if not conditions:
            return rows
        entries = OutboxEntry.objects.filter(covers("sequence"), *conditions)
        return rows.filter(entry_id__in=entries.values("sequence"))

    def about_deliveries(self) -> bool:
        return bool(self.of_delivery(()))


@dataclass(frozen=True, slots=True)
class _Around:
    """What must hold of the rows around an entry: its deliveries, its pending mark, its unrouted mark."""

    wanted: Wanted
    covers: Covers

    def condition(self) -> Q:
        state = self.wanted.query.state
        if state == UNROUTED:
            return self._unrouted()
        if state == DELIVERED and not self.wanted.about_deliveries():
            return self._all_delivered()
        if state == PENDING and not self.wanted.about_deliveries():
            return self._delivery(PENDING) | self._fresh()
        if state is not None:
            return self._delivery(state)
        return self._anyhow()

    def _anyhow(self) -> Q:
        if not self.wanted.about_deliveries():
            return Q()
        only_table = self.wanted.of_delivery(()) == Q(table_version=self.wanted.query.table)
        return self._delivery() | self._unrouted() if only_table else self._delivery()

    def _delivery(self, *states: str) -> Q:
        return self._exists(Delivery.objects.filter(self.wanted.of_delivery(states)))

    def _exists(self, rows: QuerySet[Any]) -> Q:
        return Q(Exists(rows.filter(self.covers("entry_id"), entry_id=OuterRef("sequence"))))

    def _fresh(self) -> Q:
        return self._exists(PendingEntry.objects.all())

    def _unrouted(self) -> Q:
        """An unrouted event has no deliveries: what is asked of one holds of none, but the table that decided."""
        if self.wanted.of_delivery(()) not in (Q(), Q(table_version=self.wanted.query.table)):
            return Q(pk__in=[])
        rows = Unrouted.objects.all()
        table = self.wanted.query.table
        return self._exists(rows if table is None else rows.filter(table_version=table))

    def _all_delivered(self) -> Q:
        waiting = self._delivery(PENDING, DEAD) | self._fresh() | self._exists(Unrouted.objects.all())
        return self._delivery(DELIVERED) & ~waiting


def _text(field: str, pattern: str) -> Condition:
    if pattern.strip("*") == "":
        return Q(**{f"{field}__isnull": False})
    return matches(field, pattern, connection.vendor) if "*" in pattern else Q(**{field: pattern})


def _destination(name: str) -> int:
    known = dict(Destination.objects.values_list("name", "pk"))
    if name not in known:
        there = f"there are {', '.join(sorted(known)[:20])}" if known else "there is none yet"
        raise QueryError(f"no destination has this name; {there}", f"dest:{name}")
    return known[name]


def _rules(name: str) -> frozenset[int]:
    """By name now or in the table in use, or by number, which outlives both."""
    newest = RoutingTable.objects.newest()
    used = [rule["id"] for rule in newest.snapshot["rules"] if rule["name"] == name] if newest else []
    found = {*used, *RoutingRule.objects.filter(name=name).values_list("pk", flat=True)}
    if name.isdecimal() and int(name) <= MAX_NUMBER:
        found.add(int(name))
    if not found:
        raise QueryError("no rule has this name, neither now nor in the table in use", f"rule:{name}")
    return frozenset(found)
