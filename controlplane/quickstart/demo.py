"""What the demo holds on its first start: two destinations, the default rules, the catalogue's event types, somebody to
log in, a key for the API.

Each thing is made only where it is missing: what a person changed or removed afterwards stays so. The one exception
are the addresses of the demo's own servers, which may change from start to start.
"""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from controlplane.embedded.moto import REGION
from controlplane.quickstart.servers import BUS
from events.api_keys import Scope, find_caller, issue_key
from events.catalogue.load import load_catalogue
from events.models import EventType
from events.publishing.publication import digest
from routing.models import Destination, RoutingRule, RoutingTable, RuleDestination
from routing.publish_table import draft_snapshot, publish

STREAM = "EVENTS"
ADMIN = "admin"
Strategy = RoutingRule.Strategy

RULES: tuple[tuple[str, int, str, str, tuple[str, ...]], ...] = (
    ("Schema changes", 400, "*.schema.*", Strategy.ALL, ("nats", "eventbridge")),
    ("Branches", 300, "*.branch.*", Strategy.FAILOVER, ("nats", "eventbridge")),
    ("Actions", 200, "*.action.*", Strategy.PRIMARY_ONLY, ("nats",)),
    ("System", 100, "*.system.*", Strategy.ALL, ("eventbridge",)),
    ("Everything else", 0, "*", Strategy.ALL, ("nats",)),
)


@dataclass(frozen=True, slots=True)
class Demo:
    """Who may use it. A password of None is one that a person set and only they know."""

    username: str
    password: str | None
    api_key: str


@transaction.atomic
def seed_demo(
    *, nats: str, aws: str, last: Mapping[str, Any], password: str | None = None, api_key: str | None = None
) -> Demo:
    """Make what is missing. `last` holds the addresses of the previous start, `password` and `api_key` what it made."""
    first = not Destination.objects.exists()
    _address("nats", Destination.Kind.NATS, nats_config(nats), nats_config(str(last.get("nats"))), create=first)
    _address(
        "eventbridge",
        Destination.Kind.EVENTBRIDGE,
        eventbridge_config(aws),
        eventbridge_config(str(last.get("aws"))),
        create=first,
    )
    if first and not RoutingRule.objects.exists():
        _rules()
    if not RoutingTable.objects.exists():
        publish(note="The rules the demo starts with", by=None, expected=digest(draft_snapshot()))
    return Demo(ADMIN, _admin(password), _key(api_key))


def load_types() -> None:
    """The catalogue's event types, where no type is registered. To be called outside a transaction: each has one."""
    if EventType.objects.exists():
        return
    acts = logging.getLogger("events.schemas.registry")
    level = acts.level
    acts.setLevel(logging.WARNING)
    try:
        load_catalogue()
    finally:
        acts.setLevel(level)


def nats_config(urls: str) -> dict[str, Any]:
    return {"servers": urls.split(","), "stream": STREAM, "subject": "events.{type}"}


def eventbridge_config(endpoint: str) -> dict[str, Any]:
    return {"bus": BUS, "region": REGION, "endpoint": endpoint}


def _address(name: str, kind: str, config: dict[str, Any], last: dict[str, Any], *, create: bool) -> None:
    if create:
        Destination.objects.create(name=name, kind=kind, config=config)
        return
    # Only the address, and only where it still is the one that the demo gave: the rest is the operator's.
    place = "servers" if "servers" in config else "endpoint"
    for destination in Destination.objects.filter(kind=kind):
        if destination.config.get(place) == last[place]:
            destination.config = {**destination.config, place: config[place]}
            destination.save(update_fields=["config"])


def _rules() -> None:
    destinations = {destination.name: destination for destination in Destination.objects.all()}
    for name, priority, pattern, strategy, targets in RULES:
        rule = RoutingRule.objects.create(name=name, priority=priority, type_pattern=pattern, strategy=strategy)
        for position, target in enumerate(targets):
            RuleDestination.objects.create(rule=rule, destination=destinations[target], position=position)


def _admin(known: str | None) -> str | None:
    """The administrator's password: a new one for a new user, or where ours is not known any more."""
    user = User.objects.filter(username=ADMIN).first()
    if user is not None and known is not None:
        return known if user.check_password(known) else None
    password = secrets.token_urlsafe(12)
    user = user or User(username=ADMIN, is_staff=True, is_superuser=True)
    user.set_password(password)
    user.save()
    return password


def _key(known: str | None) -> str:
    if known and find_caller(known):
        return known
    return issue_key("demo", list(Scope))[1]
