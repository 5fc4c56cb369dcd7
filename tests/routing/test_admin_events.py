from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from events.models import PendingEntry
from routing.models import RoutingRule, Unrouted
from routing.publish_table import publish
from tests.routing import made

pytestmark = pytest.mark.django_db

VIEW = ("events.view_outboxentry", "routing.view_delivery", "routing.view_unrouted")
MARKUP = "<script>alert(1)</script>"


@pytest.fixture
def client() -> Client:
    return made.logged_in(*VIEW)


def test_an_entry_shows_its_deliveries_and_their_tries(client: Client) -> None:
    entry = made.entry()
    made.dead(made.destination("eventbridge"), entry)
    made.delivery(made.destination("nats"), of=entry, receipt="events:17")

    page = client.get(f"/admin/events/outboxentry/{entry.pk}/change/").content.decode()

    assert "events:17" in page
    assert "1. " in page
    assert "permanent too_large: larger than allowed" in page


def test_markup_in_events_and_errors_is_escaped(client: Client) -> None:
    """H43."""
    nats = made.destination()
    entry = made.entry(data=f'"{MARKUP}"', subject=MARKUP, type="com.example.<b>")
    letter = made.dead(nats, entry, error=MARKUP, receipt=MARKUP)
    letter.tries.update(error=MARKUP)
    Unrouted.objects.create(entry=made.entry(type="com.example.<b>"), table_version=1)

    for path in (
        "/admin/events/outboxentry/",
        f"/admin/events/outboxentry/{entry.pk}/change/",
        "/admin/routing/delivery/",
        f"/admin/routing/delivery/{letter.pk}/change/",
        "/admin/routing/unrouted/",
    ):
        page = client.get(path).content.decode()
        assert "alert(1)" not in page or "&lt;script&gt;alert(1)" in page
        assert MARKUP not in page
        assert "com.example.<b>" not in page


def test_the_data_of_an_entry_is_cut_to_what_a_page_can_show(client: Client) -> None:
    entry = made.entry(data='"' + "x" * 30_000 + '"')

    page = client.get(f"/admin/events/outboxentry/{entry.pk}/change/").content.decode()

    assert "... (30002 characters)" in page
    assert "x" * 20_001 not in page


def test_entries_are_found_by_their_uuid_and_by_nothing_else(client: Client) -> None:
    entry, other = made.entry(), made.entry()

    found = client.get("/admin/events/outboxentry/", {"q": str(entry.uuid)}).content.decode()
    nothing = client.get("/admin/events/outboxentry/", {"q": "event"}).content.decode()

    assert str(entry.uuid) in found
    assert str(other.uuid) not in found
    assert str(entry.uuid) not in nothing


@pytest.mark.parametrize("path", ["events/outboxentry", "routing/delivery", "routing/unrouted", "dlq/deadletter"])
def test_lists_of_large_tables_are_never_counted(path: str) -> None:
    """H12."""
    made.dead(made.destination(), made.unrouted().entry)
    client = made.logged_in(*VIEW, "dlq.view_deadletter", name="viewer")

    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"/admin/{path}/")

    assert response.status_code == 200
    assert not [query["sql"] for query in queries if "COUNT(" in query["sql"].upper()]
    assert not [query["sql"] for query in queries if '"events_outboxentry"."data",' in query["sql"]]


@pytest.mark.parametrize("path", ["events/outboxentry", "routing/delivery", "routing/unrouted"])
def test_machine_written_rows_can_only_be_seen(path: str) -> None:
    row = made.unrouted()
    made.delivery(made.destination(), of=row.entry, pk=row.pk)
    app, model = path.split("/")
    client = made.logged_in(*(f"{app}.{verb}_{model}" for verb in ("view", "add", "change", "delete")), name="all")

    assert client.get(f"/admin/{path}/{row.pk}/change/").status_code == 200
    assert client.post(f"/admin/{path}/{row.pk}/change/", {}).status_code == 403
    assert client.get(f"/admin/{path}/add/").status_code == 403
    assert client.post(f"/admin/{path}/{row.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("state", ["pending", "dead", "delivered"])
def test_deliveries_are_listed_by_state_and_destination(client: Client, state: str) -> None:
    nats, eventbridge = made.destination("nats"), made.destination("eventbridge")
    wanted = made.delivery(nats, state)
    others = [made.delivery(nats, "discarded"), made.delivery(eventbridge, state)]

    query = {"state__exact": state, "destination__id__exact": str(nats.pk)}
    page = client.get("/admin/routing/delivery/", query).content.decode()

    assert str(wanted.entry) in page
    assert not [other for other in others if str(other.entry) in page]


def test_a_page_beyond_the_last_one_that_can_be_reached_is_refused(client: Client) -> None:
    """H25: an offset is read through, row by row."""
    assert client.get("/admin/routing/delivery/", {"p": "1000000000"}).status_code == 302


def test_selected_and_all_unrouted_events_are_routed_again() -> None:
    client = made.logged_in(*VIEW, "routing.route_unrouted", name="router")
    first, second, third = made.unrouted(), made.unrouted(), made.unrouted()

    client.post("/admin/routing/unrouted/", {"action": "route_again", "_selected_action": [first.pk]})
    assert set(PendingEntry.objects.values_list("pk", flat=True)) == {first.pk}

    assert client.get("/admin/routing/unrouted/route_all_again/").status_code == 200
    assert Unrouted.objects.count() == 2

    client.post("/admin/routing/unrouted/route_all_again/", {"asked": "1"})
    assert set(PendingEntry.objects.values_list("pk", flat=True)) == {first.pk, second.pk, third.pk}


def test_routing_again_needs_its_permission(client: Client) -> None:
    row = made.unrouted()

    client.post("/admin/routing/unrouted/", {"action": "route_again", "_selected_action": [row.pk]})

    assert client.post("/admin/routing/unrouted/route_all_again/", {"asked": "1"}).status_code == 403
    assert Unrouted.objects.exists()


def test_an_entry_shows_its_data_indented_and_the_rule_by_its_name(client: Client) -> None:
    nats = made.destination()
    rule = made.rule("Schema changes", nats)
    table = publish(note="", by=None)
    entry = made.entry(data='{"a":{"b":1.50}}')
    made.delivery(nats, of=entry, rule_id=rule.pk, table_version=table.version)
    RoutingRule.objects.update(name="renamed since")

    page = client.get(f"/admin/events/outboxentry/{entry.pk}/change/").content.decode()

    assert "&quot;a&quot;: {\n    &quot;b&quot;: 1.50\n" in page
    assert "Schema changes, " in page
    assert "renamed since" not in page


def test_a_list_that_is_not_counted_claims_no_number(client: Client) -> None:
    made.entry()

    assert "100000" not in client.get("/admin/events/outboxentry/").content.decode()


@pytest.mark.parametrize(
    ("values", "words"),
    [({}, "no"), ({"duplicate": True}, "yes: the broker"), ({"possible_duplicate": True}, "perhaps: sent again")],
)
def test_a_delivery_says_whether_it_may_have_arrived_twice(client: Client, values: dict[str, Any], words: str) -> None:
    delivery = made.delivery(made.destination(), **values)

    assert words in client.get(f"/admin/routing/delivery/{delivery.pk}/change/").content.decode()
