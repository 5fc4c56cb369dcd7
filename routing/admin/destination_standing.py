"""How destinations stand, for their list and their page: numbers, and which rules name them. No query per row."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from routing.models import Destination, DestinationHealth, RuleDestination
from routing.numbers.read import DestinationNumbers, overview
from routing.wording import duration


@dataclass(frozen=True, slots=True)
class Standing:
    """One destination. `measured` is whether anything has been measured yet; `rules` are id, name, enabled."""

    numbers: DestinationNumbers
    health: DestinationHealth | None
    paused_reason: str
    measured: bool
    rules: tuple[tuple[int, str, bool], ...]

    @property
    def states(self) -> list[str]:
        """A destination can be both paused and unreachable."""
        return self.numbers.state.split("+")

    @property
    def error(self) -> str:
        """Class and message of the failure that made it unreachable; "" while it answers."""
        known = self.health
        return ": ".join(filter(None, (known.error_class, known.error))) if known and known.unreachable_since else ""

    @property
    def error_since(self) -> datetime | None:
        return self.health.unreachable_since if self.health else None

    @property
    def oldest(self) -> str:
        return duration(self.numbers.oldest_seconds)

    @property
    def waiting_link(self) -> str:
        return _search("routing_delivery", f"dest:{self.numbers.name} state:pending")

    @property
    def dead_link(self) -> str:
        return _search("dlq_deadletter", f"dest:{self.numbers.name}")

    @property
    def success(self) -> str:
        """Of the last hour; "" if nothing was settled."""
        share = self.numbers.success_share
        return "" if share is None else f"{100 * share:.4g} %"


def read_standings() -> dict[int, Standing]:
    """Of all destinations, by id."""
    seen = overview()
    measured = seen.measured_seconds_ago is not None
    health = {row.pk: row for row in DestinationHealth.objects.all()}
    reasons = dict(Destination.objects.values_list("pk", "paused_reason"))
    rules = _rules()
    return {
        one.id: Standing(one, health.get(one.id), reasons.get(one.id, ""), measured, tuple(rules[one.id]))
        for one in seen.destinations
    }


def _rules() -> dict[int, list[tuple[int, str, bool]]]:
    """Id, name and whether enabled of the rules that name each destination, in the order they are tried."""
    found: dict[int, list[tuple[int, str, bool]]] = defaultdict(list)
    rows: Any = RuleDestination.objects.order_by("-rule__priority", "rule__name")
    for destination, *rule in rows.values_list("destination_id", "rule_id", "rule__name", "rule__enabled"):
        found[destination].append(tuple(rule))
    return found


def _search(page: str, query: str) -> str:
    return f"{reverse(f'admin:{page}_changelist')}?{urlencode({'q': query})}"
