"""The platform's health in one word, with the reasons: from the numbers and the published routing table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from routing.models import RoutingTable
from routing.numbers.read import Overview, matches_today, overview

_NAMING_A_PRIMARY = {"PRIMARY_ONLY", "FAILOVER"}


@dataclass(frozen=True, slots=True)
class PlatformHealth:
    """`primary_ids`: what PRIMARY_ONLY and FAILOVER rules name first. `problems` say why `verdict` is not healthy."""

    numbers: Overview
    primary_ids: frozenset[int]
    rules: tuple[dict[str, Any], ...]

    @property
    def ready(self) -> frozenset[int]:
        return frozenset(each.id for each in self.numbers.destinations if each.state == "ready")

    @property
    def primaries(self) -> list[str]:
        return [each.name for each in self.numbers.destinations if each.id in self.primary_ids]

    @property
    def healthy_destinations(self) -> int:
        return len(self.ready)

    @property
    def all_destinations(self) -> int:
        return len(self.numbers.destinations)

    @property
    def primary_healthy(self) -> bool | None:
        """None where no rule names a primary."""
        return self.primary_ids <= self.ready if self.primary_ids else None

    @property
    def failovers_last_hour(self) -> int:
        return sum(each.failover_hour for each in self.numbers.destinations)

    @property
    def verdict(self) -> str:
        """Unhealthy: nothing is delivered at all. Degraded: something that should be there is not."""
        if not self.numbers.workers or (self.all_destinations and not self.ready):
            return "unhealthy"
        return "degraded" if self.problems else "healthy"

    @property
    def problems(self) -> list[str]:
        found = [] if self.numbers.workers else ["no worker drains"]
        if not self.numbers.beat_alive:
            found.append("nothing has been measured lately: beat or its worker is away")
        if self.numbers.table_version is None:
            found.append("no routing table is published")
        held = (each for each in self.numbers.destinations if each.state != "ready")
        return found + [f"{each.name} is {' and '.join(each.state.split('+'))}" for each in held]


def platform_health() -> PlatformHealth:
    """As of now; a handful of small queries."""
    table = RoutingTable.objects.newest()
    snapshot: Mapping[str, Any] = table.snapshot if table else {"rules": []}
    matched = matches_today()
    rules = tuple(
        {"id": rule["id"], "name": rule["name"], "matched_today": matched.get(rule["id"], 0)}
        for rule in snapshot["rules"]
    )
    return PlatformHealth(overview(), _primaries(snapshot["rules"]), rules)


def _primaries(rules: list[Mapping[str, Any]]) -> frozenset[int]:
    return frozenset(rule["destinations"][0]["id"] for rule in rules if rule["strategy"] in _NAMING_A_PRIMARY)
