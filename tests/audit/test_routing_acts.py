"""What is done to rules, destinations and tables leaves one record each, and what is refused leaves none."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from events.publishing.errors import NothingToPublishError, PublishError
from events.publishing.publication import digest
from events.revision import EditConflictError
from events.who import Caller
from routing import destinations
from routing.destination_config import DestinationError, save_destination
from routing.destinations import DestinationInUseError
from routing.models import Destination, RoutingRule
from routing.publish_table import draft_snapshot, publish, rollback
from routing.rules import RuleError, Target, delete_rule, save_rule
from tests.audit.records import acts, changed, newest
from tests.routing import made

pytestmark = pytest.mark.django_db
USER = User(pk=7)
KEY = Caller(3, "deploy", "shop", frozenset())
NATS = {"servers": ["nats://nats:4222"], "stream": "EVENTS", "subject": "events.{type}"}


def a_rule(name: str = "orders") -> RoutingRule:
    rule = RoutingRule(name=name, type_pattern="com.example.*")
    return save_rule(rule, [Target(made.destination(f"to-{name}").pk)], expected=None, by=KEY)


def test_a_rule_is_made_changed_and_deleted() -> None:
    rule = a_rule()
    first = newest()

    rule.priority = 5
    save_rule(rule, None, expected=1, by=USER)

    assert (first["act"], first["subject"], first["subject_id"]) == ("rule.created", "rule", str(rule.pk))
    assert (first["by"], first["tenant"], first["before"]) == ("API key 3", "shop", None)
    assert first["after"]["destinations"][0]["name"] == "to-orders"
    assert (newest()["by"], newest()["tenant"]) == ("user 7", "")
    assert changed() == {"priority": (0, 5)}
    was = newest()["after"]
    pk = rule.pk

    delete_rule(rule, expected=2, by=None)

    last = newest()
    assert (last["act"], last["subject_id"], last["before"], last["after"]) == ("rule.deleted", str(pk), was, None)
    assert last["by"] == "a command"
    assert acts() == ["rule.created", "rule.changed", "rule.deleted"]


def test_other_destinations_of_a_rule_are_a_change() -> None:
    rule, other = a_rule(), made.destination("other")

    save_rule(rule, [Target(other.pk)], expected=1, by=USER)

    [before], [after] = changed()["destinations"]
    assert (before["name"], after["name"]) == ("to-orders", "other")


def test_a_rule_that_is_refused_leaves_no_record() -> None:
    rule = a_rule()

    with pytest.raises(RuleError):
        save_rule(RoutingRule(name="orders"), [], expected=None, by=USER)
    with pytest.raises(EditConflictError):
        save_rule(rule, None, expected=9, by=USER)
    with pytest.raises(EditConflictError):
        delete_rule(rule, expected=9, by=USER)

    assert acts() == ["rule.created"]


def test_what_is_rolled_back_leaves_no_record() -> None:
    with transaction.atomic():
        a_rule()
        transaction.set_rollback(True)

    assert acts() == []


def test_a_destination_is_made_changed_paused_resumed_and_deleted() -> None:
    destination = Destination(name="nats", kind="nats", config={**NATS, "password": "env:NATS_PASSWORD", "user": "cp"})
    save_destination(destination, expected=None, by=USER)
    made_of = newest()["after"]
    destination.max_attempts = 9
    save_destination(destination, expected=1, by=USER)
    assert changed() == {"max_attempts": (3, 9)}
    destinations.pause(destination, reason="maintenance", by=USER)
    assert changed() == {"paused": (False, True), "paused_reason": ("", "maintenance")}
    assert newest()["reason"] == "maintenance"
    destinations.resume(destination, by=KEY)
    assert changed()["paused"] == (True, False)
    destinations.delete(destination, by=USER)

    assert made_of["config"]["password"] == "env:NATS_PASSWORD"
    assert newest()["before"] == {**made_of, "max_attempts": 9}
    assert acts() == [f"destination.{act}" for act in ("created", "changed", "paused", "resumed", "deleted")]


def test_what_changes_nothing_and_what_is_refused_leaves_no_record() -> None:
    named = made.destination("named")
    made.rule("all", named)

    destinations.resume(named, by=USER)
    with pytest.raises(DestinationInUseError):
        destinations.delete(named, by=USER)
    with pytest.raises(DestinationError):
        save_destination(Destination(name="named", kind="memory"), expected=None, by=USER)
    with pytest.raises(EditConflictError):
        save_destination(named, expected=9, by=USER)

    assert acts() == []


def test_a_secret_that_is_typed_instead_of_a_reference_is_in_no_record() -> None:
    for config in ({**NATS, "password": "hunter2"}, {**NATS, "servers": ["nats://cp:hunter2@nats:4222"]}):
        with pytest.raises(DestinationError):
            save_destination(Destination(name="nats", kind="nats", config=config), expected=None, by=USER)

    assert acts() == []


def test_publishing_tells_the_versions_and_the_note() -> None:
    rule = made.rule("all", made.destination())

    publish(note="the first", by=None)
    first = newest()
    rule.enabled = False
    rule.save()
    publish(note="nothing more", by=None)
    second = newest()
    rollback(1, note="too early", by=None)

    [one, two, three] = [first["after"], second["after"], newest()["after"]]
    assert (first["act"], first["before"], first["reason"]) == ("table.published", None, "the first")
    assert (one["version"], second["before"], two["version"]) == (1, one, 2)
    assert two["digest"] == digest(draft_snapshot())
    assert newest()["act"] == "table.rolled_back"
    assert (newest()["before"], three) == (two, {"version": 3, "digest": one["digest"], "restored_from": 1})


def _nothing() -> Any:
    return publish(note="again", by=None)


def _no_note() -> Any:
    return rollback(1, note=" ", by=None)


@pytest.mark.parametrize(("act", "error"), [(_nothing, NothingToPublishError), (_no_note, PublishError)])
def test_what_is_not_published_leaves_no_record(act: Callable[[], Any], error: type[Exception]) -> None:
    made.rule("all", made.destination())
    publish(note="the first", by=None)

    with pytest.raises(error):
        act()

    assert acts() == ["table.published"]
