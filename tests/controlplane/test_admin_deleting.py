"""Deleting a selection in the admin, while others are at work: a message, never an error page. H47."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db.models import Model
from django.db.models.signals import ModelSignal, post_save, pre_delete
from django.test import Client

from routing.models import Destination, RoutingRule
from routing.publish_table import publish
from tests.routing import made

pytestmark = pytest.mark.django_db


@contextmanager
def meanwhile(signal: ModelSignal, sender: type[Model], act: Callable[[], object]) -> Iterator[None]:
    """What somebody else does once, at the moment the deletion is under way."""

    def receive(**_: Any) -> None:
        signal.disconnect(receive, sender=sender)
        act()

    signal.connect(receive, sender=sender, weak=False)
    yield
    signal.disconnect(receive, sender=sender)


def delete_selected(client: Client, *rows: Model) -> str:
    meta = rows[0]._meta
    body = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}
    answer = client.post(f"/admin/{meta.app_label}/{meta.model_name}/", body, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_selection_is_deleted() -> None:
    nats = made.destination()
    rules = [made.rule(name, nats) for name in "ab"]
    client = made.logged_in("routing.view_routingrule", "routing.delete_routingrule")

    page = delete_selected(client, *rules)

    assert "Successfully deleted 2 routing rules" in page
    assert not RoutingRule.objects.exists()


@pytest.mark.parametrize(("what", "word"), [("update", "changed"), ("delete", "deleted")])
def test_a_rule_that_somebody_else_saves_or_deletes_meanwhile_leaves_the_whole_selection(what: str, word: str) -> None:
    nats = made.destination()
    rules = [made.rule(name, nats) for name in "ab"]
    client = made.logged_in("routing.view_routingrule", "routing.delete_routingrule")
    last = RoutingRule.objects.filter(pk=rules[1].pk)
    acts: dict[str, Callable[[], object]] = {
        "update": lambda: last.update(revision=7, name="c"),
        "delete": lambda: (last.get().targets.all()._raw_delete("default"), last._raw_delete("default")),
    }

    with meanwhile(pre_delete, RoutingRule, acts[what]):
        page = delete_selected(client, *rules)

    assert f"Nothing was deleted: somebody {word} one of them meanwhile" in page
    assert "Successfully" not in page
    assert RoutingRule.objects.count() == 2
    assert not LogEntry.objects.exists()


def test_a_destination_that_comes_into_use_meanwhile_leaves_the_whole_selection() -> None:
    first, second = made.destination("first"), made.destination("second")
    client = made.logged_in("routing.view_destination", "routing.delete_destination")

    with meanwhile(pre_delete, Destination, lambda: made.rule("r", second)):
        page = delete_selected(client, first, second)

    assert "Nothing was deleted: one of them came into use meanwhile: the rule r names it" in page
    assert Destination.objects.count() == 2


def test_a_destination_that_is_in_use_is_named_before_anything_is_asked() -> None:
    used = made.destination("used")
    made.rule("r", used)
    client = made.logged_in("routing.view_destination", "routing.delete_destination")

    page = delete_selected(client, used, made.destination("free"))

    assert "used: the rule r names it" in page
    assert Destination.objects.count() == 2


def test_somebody_who_publishes_meanwhile_stays() -> None:
    client = made.logged_in("auth.view_user", "auth.delete_user")
    somebody = User.objects.create_user("somebody")

    with meanwhile(post_save, LogEntry, lambda: publish(note="just now", by=somebody)):
        page = delete_selected(client, somebody)

    assert "Nothing was deleted: something came to refer to one of them meanwhile" in page
    assert User.objects.filter(pk=somebody.pk).exists()
