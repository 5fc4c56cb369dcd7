"""Acts at once: each waits for the end of the chain last, so none waits for another that waits for it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from events.api_keys import issue_key
from events.audit.record import record, recorded_together
from events.audit.verify import verify
from events.models import AuditRecord
from events.publishing.errors import PublishError
from events.revision import EditConflictError
from events.schemas.registry.activate import activate
from events.schemas.registry.types import save_type
from routing import destinations
from routing.destination_config import save_destination
from routing.models import Destination, RoutingRule
from routing.publish_table import publish
from routing.rules import Target, save_rule
from tests.routing import made
from tests.schemas.registry import made as registered

pytestmark = pytest.mark.django_db(transaction=True)


def repeatedly(act: Callable[[], Any], times: int = 5) -> None:
    """An act that may find somebody else was first."""
    for _ in range(times):
        try:
            act()
        except (EditConflictError, PublishError):
            continue


def test_acts_of_all_kinds_at_once_end_and_make_one_chain() -> None:
    nats = made.destination()
    save_rule(RoutingRule(name="all"), [Target(nats.pk)], expected=None, by=None)
    event_type = registered.event_type()
    drafts = [registered.draft(registered.event_type(f"com.example.{name}"), registered.ORDER) for name in "ab"]

    def save_the_rule() -> None:
        rule = RoutingRule.objects.get()
        rule.priority += 1
        save_rule(rule, [Target(nats.pk)], expected=rule.revision, by=None)

    def save_the_destination() -> None:
        row = Destination.objects.get()
        save_destination(row, expected=row.revision, by=None)

    def save_the_type() -> None:
        event_type.refresh_from_db()
        save_type(event_type, expected=event_type.revision, by=None)

    made.at_once(
        partial(repeatedly, save_the_rule),
        partial(repeatedly, save_the_rule),
        partial(repeatedly, save_the_destination),
        partial(repeatedly, save_the_type),
        partial(repeatedly, lambda: publish(note="a test", by=None)),
        partial(repeatedly, lambda: destinations.pause(nats, reason="a", by=None)),
        partial(repeatedly, lambda: destinations.resume(nats, by=None)),
        partial(repeatedly, lambda: issue_key("a", [])),
        *(partial(repeatedly, partial(activate, one, note="a", expected=one.revision, by=None), 1) for one in drafts),
    )

    assert verify().broken is None
    assert AuditRecord.objects.filter(act="api_key.issued").count() == 5
    assert AuditRecord.objects.filter(act="schema_version.activated").count() == 2


def test_who_deletes_a_selection_and_who_edits_one_of_it_do_not_wait_for_each_other() -> None:
    """Each row of the selection is locked before the first of their records is written."""
    rules = [made.rule(f"rule {number}", made.destination(f"to-{number}")) for number in range(6)]
    User.objects.create_superuser("admin")
    selection = {"action": "delete_selected", "post": "yes", "_selected_action": [one.pk for one in rules]}

    def delete_all() -> int:
        client = Client()
        client.force_login(User.objects.get(username="admin"))
        return client.post("/admin/routing/routingrule/", selection).status_code

    def edit() -> int:
        for rule in reversed(rules):
            repeatedly(partial(save_rule, rule, None, expected=rule.revision, by=None), 1)
        return 0

    made.at_once(delete_all, edit)

    deleted = AuditRecord.objects.filter(act="rule.deleted").count()
    assert (deleted, RoutingRule.objects.count()) in ((6, 0), (0, 6))
    assert verify().broken is None


def test_acts_that_are_recorded_together_are_recorded_at_the_end_in_their_order() -> None:
    with recorded_together():
        record("first", "rule", by=None)
        during = AuditRecord.objects.count()
        with transaction.atomic():
            record("second", "rule", by=None)

    assert during == 0
    assert [one.act for one in AuditRecord.objects.order_by("number")] == ["first", "second"]
    assert verify().records == 2


def _fail() -> None:
    with recorded_together():
        record("first", "rule", by=None)
        raise LookupError


def test_acts_that_fail_together_leave_nothing_and_later_ones_are_recorded_as_ever() -> None:
    with pytest.raises(LookupError):
        _fail()

    issue_key("a", [])

    assert [one.act for one in AuditRecord.objects.all()] == ["api_key.issued"]
