"""The product's own data for a run: schema, destinations, rules, an API key. Imported once Django is set up."""

from typing import Any

from django.core.management import call_command
from django.db import Error, connection, transaction

from benchmarks.chaos.layouts import BUS, FIRST, LAYOUTS, NATS, Layout, Route
from benchmarks.chaos.world import EVENT_BUS
from events.api_keys import Scope, issue_key
from events.publishing.errors import NothingToPublishError
from routing.models import Destination, RoutingRule, RoutingTable, RuleDestination
from routing.publish_table import publish, rollback

SETTINGS: dict[str, Any] = {
    "ack_wait_seconds": 3.0,
    "backoff_base_seconds": 0.2,
    "backoff_cap_seconds": 2.0,
    "failover_after_seconds": 1.0,
}


def install(*, nats: str, bus: str) -> str:
    """Migrate and make what a run needs; returns the API key."""
    call_command("migrate", verbosity=0)
    stream = {"servers": [nats], "stream": "EVENTS", "subject": "events.{type}", "connect_timeout_seconds": 1.0}
    Destination.objects.create(name=NATS, kind="nats", config=stream, **SETTINGS)
    config = {"bus": EVENT_BUS, "endpoint": bus}
    Destination.objects.create(name=BUS, kind="eventbridge", config=config, **SETTINGS)
    publish_layout(FIRST)
    return issue_key("chaos", [Scope.WRITE])[1]


def publish_layout(name: str) -> int:
    """Make the rules say what a layout says, and publish them; returns the version. Its note names the layout."""
    with transaction.atomic():
        RoutingRule.objects.all().delete()
        _write_rules(LAYOUTS[name])
        return publish(note=name, by=None).version


def try_to_publish(name: str) -> bool:
    """False when the database went away meanwhile."""
    try:
        publish_layout(name)
    except Error:
        return False
    finally:
        connection.close()
    return True


def try_to_roll_back(share: float) -> str:
    """Publish again the version that far back (0: the first, 1: the newest); "" when the database went away."""
    try:
        tables = list(RoutingTable.objects.order_by("version"))
        old = tables[int(share * len(tables))]
        rollback(old.version, note=old.note, by=None)
    except NothingToPublishError:
        return f"version {old.version}, which is in force"
    except Error:
        return ""
    finally:
        connection.close()
    return f"version {old.version}, {old.note}"


def _write_rules(layout: Layout) -> None:
    ids = dict(Destination.objects.values_list("name", "id"))
    for type_, route in layout.items():
        rule = RoutingRule.objects.create(name=type_, type_pattern=type_, strategy=_strategy(route))
        for position, place in enumerate(route.each or route.either):
            RuleDestination.objects.create(rule=rule, destination_id=ids[place], position=position)


def _strategy(route: Route) -> str:
    return "ALL" if route.each else "FAILOVER"
