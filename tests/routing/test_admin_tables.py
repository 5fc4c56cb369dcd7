import re

import pytest

from routing.models import RoutingRule, RoutingTable
from routing.publish_table import publish
from tests.routing import made

pytestmark = pytest.mark.django_db

VIEW = "routing.view_routingtable"
ROLLBACK = "/admin/routing/routingtable/1/rollback/"


@pytest.fixture(autouse=True)
def two_tables() -> None:
    rule = made.rule("before", made.destination())
    publish(note="a test", by=None)
    rule.name = "after"
    rule.save()
    publish(note="a test", by=None)


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
    assert re.search(
        r">after</td>\s*<td[^>]*><code[^>]*>\*</code></td>\s*<td[^>]*>ALL</td>\s*<td[^>]*>nats</td>", newest
    )


def test_rolling_back_to_what_is_in_use_offers_nothing_to_do() -> None:
    client = made.logged_in(VIEW, "routing.add_routingtable")

    page = client.get("/admin/routing/routingtable/2/rollback/").content.decode()

    assert "Nothing would change" in page
    assert 'name="note"' not in page


def test_rolling_back_to_what_is_in_use_is_refused() -> None:
    client = made.logged_in(VIEW, "routing.add_routingtable")

    page = client.post("/admin/routing/routingtable/2/rollback/", {"note": "undo", "asked": "1"}).content.decode()

    assert "nothing was published: v2 says the same" in page
    assert RoutingTable.objects.count() == 2


def test_rolling_back_without_a_note_is_refused() -> None:
    client = made.logged_in(VIEW, "routing.add_routingtable")

    assert "This field is required" in client.post(ROLLBACK, {"note": "", "asked": "1"}).content.decode()
    assert RoutingTable.objects.count() == 2


def test_a_table_is_compared_with_the_one_before_and_with_the_newest() -> None:
    client = made.logged_in(VIEW)

    old = words(client.get("/admin/routing/routingtable/1/change/").content.decode())
    newest = words(client.get("/admin/routing/routingtable/2/change/").content.decode())

    assert "The first table: there was none before it." in old
    assert "From v1 to v2" in old
    assert "after , name: before &rarr; after" in newest
    assert "Compared with the newest" not in newest


def test_the_list_says_who_when_why_and_what_changed() -> None:
    somebody = made.user(name="somebody")
    RoutingRule.objects.all().delete()
    publish(note="nothing is left", by=somebody)

    page = words(made.logged_in(VIEW).get("/admin/routing/routingtable/").content.decode())

    assert re.search(r"v3 in use \S+ \S+ UTC somebody nothing is left 1 removed 0", page)
    assert re.search(r"v2 replaced .* a command a test 1 changed 1 v1 replaced .* 1 added 1", page)


def test_what_is_in_use_offers_no_rollback() -> None:
    client = made.logged_in(VIEW, "routing.add_routingtable")

    assert "/1/rollback" in client.get("/admin/routing/routingtable/1/change/").content.decode()
    assert "/2/rollback" not in client.get("/admin/routing/routingtable/2/change/").content.decode()


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())
