import re

import pytest

from routing.models import RoutingTable
from routing.publish_table import publish
from tests.routing import made

pytestmark = pytest.mark.django_db

VIEW = "routing.view_routingtable"
ROLLBACK = "/admin/routing/routingtable/1/rollback/"


@pytest.fixture(autouse=True)
def two_tables() -> None:
    rule = made.rule("before", made.destination())
    publish(note="", by=None)
    rule.name = "after"
    rule.save()
    publish(note="", by=None)


def test_tables_can_be_seen_and_not_edited() -> None:
    client = made.logged_in(*(f"routing.{verb}_routingtable" for verb in ("view", "add", "change", "delete")))

    assert "/admin/routing/routingtable/2/change/" in client.get("/admin/routing/routingtable/").content.decode()
    assert "before" in client.get("/admin/routing/routingtable/1/change/").content.decode()
    assert client.post("/admin/routing/routingtable/1/change/", {"note": "x"}).status_code == 403
    assert client.get("/admin/routing/routingtable/add/").status_code == 403
    assert client.get("/admin/routing/routingtable/1/delete/").status_code == 403


def test_rollback_asks_shows_the_difference_and_publishes_the_old_one_again() -> None:
    client = made.logged_in(VIEW, "routing.add_routingtable")

    asked = client.get(ROLLBACK).content.decode()
    assert "after" in asked
    assert RoutingTable.objects.count() == 2

    client.post(ROLLBACK, {"note": "undo", "asked": "1"})
    newest = RoutingTable.objects.newest()
    assert newest is not None
    assert (newest.version, newest.restored_from, newest.note) == (3, 1, "undo")


def test_rollback_needs_its_permission() -> None:
    client = made.logged_in(VIEW)

    assert client.post(ROLLBACK, {"note": "", "asked": "1"}).status_code == 403
    assert RoutingTable.objects.count() == 2


def test_the_table_in_use_is_marked_and_shows_its_rules_in_order() -> None:
    client = made.logged_in(VIEW)

    old = client.get("/admin/routing/routingtable/1/change/").content.decode()
    newest = client.get("/admin/routing/routingtable/2/change/").content.decode()

    assert "in use" not in old
    assert "in use" in newest
    assert re.search(r">after</td>\s*<td[^>]*>\*</td>\s*<td[^>]*>ALL</td>\s*<td[^>]*>nats</td>", newest)


def test_rolling_back_to_what_is_in_use_offers_nothing_to_do() -> None:
    client = made.logged_in(VIEW, "routing.add_routingtable")

    page = client.get("/admin/routing/routingtable/2/rollback/").content.decode()

    assert "Nothing would change" in page
    assert 'name="note"' not in page
