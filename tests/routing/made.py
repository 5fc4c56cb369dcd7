"""Rows for tests of routing, dlq and the API: what services and the relay would have written."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier
from typing import Any, TypeVar

from django.contrib.auth.models import Permission, User
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test import Client

from events.envelope import CloudEvent
from events.ingest import ingest
from events.models import OutboxEntry, PendingEntry
from routing.models import Attempt, Delivery, Destination, RoutingRule, RuleDestination, Unrouted

T = TypeVar("T")
_numbers = count(1)


def destination(name: str = "nats", **values: Any) -> Destination:
    return Destination.objects.create(name=name, **{"kind": "memory", "config": {}, **values})


def rule(name: str, *destinations: Destination, conditions: tuple[Any, ...] = (), **values: Any) -> RoutingRule:
    made = RoutingRule.objects.create(name=name, **values)
    for position, one in enumerate(destinations):
        condition = conditions[position] if conditions else []
        RuleDestination.objects.create(rule=made, destination=one, position=position, condition=condition)
    return made


def entry(*, tenant: str = "default", **attributes: Any) -> OutboxEntry:
    """An accepted event that the relay has settled."""
    given = {"id": f"event-{next(_numbers)}", "source": "/tests", "type": "com.example.thing.made", **attributes}
    with transaction.atomic():
        [answer] = ingest(CloudEvent(**given), tenant=tenant)
    made = OutboxEntry.objects.get(uuid=answer.uuid)
    PendingEntry.objects.filter(pk=made.pk).delete()
    return made


def unrouted(**values: Any) -> Unrouted:
    return Unrouted.objects.create(entry=entry(**values), table_version=1)


def delivery(to: Destination, state: str = "delivered", of: OutboxEntry | None = None, **values: Any) -> Delivery:
    given = {"entry": of or entry(), "rule_id": 1, "table_version": 1, "shard": 0, **values}
    return Delivery.objects.create(destination=to, state=state, **given)


def dead(to: Destination, of: OutboxEntry | None = None, **values: Any) -> Delivery:
    """A dead letter after one permanent failure."""
    given = {"attempts": 1, "error_class": "too_large", "error": "larger than allowed", "finished_at": Now(), **values}
    made = delivery(to, "dead", of, **given)
    Attempt.objects.create(
        delivery=made, destination=to, number=1, duration_seconds=0.1, outcome="permanent",
        error_class="too_large", error="larger than allowed",
    )  # fmt: skip
    return made


def user(*permissions: str, name: str = "operator") -> User:
    """One who may use the admin, with these permissions (`app.codename`) and no others."""
    made = User.objects.create_user(name, is_staff=True)
    for permission in permissions:
        app, codename = permission.split(".")
        made.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return made


def logged_in(*permissions: str, name: str = "operator") -> Client:
    client = Client()
    client.force_login(user(*permissions, name=name))
    return client


def at_once(*calls: Callable[[], T]) -> list[T]:
    """The results of calls that start together, each in a thread with a connection of its own."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        barrier.wait(timeout=10)
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
