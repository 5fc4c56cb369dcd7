"""Under which name a rule caused a delivery: the one it had in the routing table of that time."""

from collections.abc import Iterable

from routing.models import Delivery, RoutingTable

RuleNames = dict[tuple[int, int], str]


def rule_names(deliveries: Iterable[Delivery]) -> RuleNames:
    """The names of the rules that caused these deliveries, by table version and rule id."""
    tables = RoutingTable.objects.filter(version__in={delivery.table_version for delivery in deliveries})
    return {(table.version, rule["id"]): rule["name"] for table in tables for rule in table.snapshot["rules"]}
