"""The admin as a whole: the way around in it, one look, and no page that shows what is inside."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from unfold.admin import ModelAdmin

from events.api_keys import issue_key
from routing.models import RelayWorker
from routing.publish_table import publish
from tests.routing import made

pytestmark = pytest.mark.django_db


def sidebar(client: Client) -> list[str]:
    """The titles of groups and pages, from top to bottom."""
    groups = client.get("/admin/").context["sidebar_navigation"]
    return [title for group in groups for title in (group["title"], *(item["title"] for item in group["items"]))]


def test_the_sidebar_groups_what_belongs_together(admin_client: Client) -> None:
    assert sidebar(admin_client) == [
        "", "Home",
        "Routing", "Rules", "Tables", "Destinations",
        "Events", "Events", "Deliveries", "Unrouted", "Dead letters", "Operations",
        "Schemas", "Event types", "Schema versions", "Legacy types", "Merge",
        "Personal data", "Policies", "Published policies", "Preview", "Keys",
        "Access", "Users", "Groups", "API keys", "Audit",
        "Running", "Workers", "Periodic tasks", "Intervals", "Crontabs",
    ]  # fmt: skip


def test_the_sidebar_shows_nobody_what_they_may_not_see() -> None:
    assert sidebar(made.logged_in("routing.change_routingrule", "dlq.view_deadletter")) == [
        "", "Home", "Routing", "Rules", "Events", "Dead letters",
    ]  # fmt: skip


def test_each_page_of_the_sidebar_answers_and_one_row_of_each_opens(admin_client: Client) -> None:
    letter = made.dead(made.destination(), made.unrouted().entry)
    made.rule("all", letter.destination)
    publish(note="a test", by=None)
    issue_key("billing", ["operate"])
    groups = admin_client.get("/admin/").context["sidebar_navigation"]

    for item in (item for group in groups for item in group["items"]):
        page = admin_client.get(item["link"]).content.decode()
        row = re.search(rf'href="({item["link"]}[0-9]+/change/)', page)
        pages = page + (admin_client.get(row[1]).content.decode() if row else "")
        assert "object at 0x" not in pages
        assert "Create a new item" not in pages


def test_a_form_to_add_something_shows_nothing_internal(admin_client: Client) -> None:
    for path in ("events/apikey", "routing/destination", "routing/routingrule", "auth/user"):
        page = admin_client.get(f"/admin/{path}/add/").content.decode()
        assert "object at 0x" not in page


def test_all_pages_wear_the_theme() -> None:
    """Fields of others have no frame in it."""
    assert [model for model, page in admin.site._registry.items() if not isinstance(page, ModelAdmin)] == []


def test_times_are_shown_to_the_second_and_with_their_zone(admin_client: Client) -> None:
    until = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
    RelayWorker.objects.create(token="7b7f2a3e-0000-4000-8000-000000000001", name="a", expires_at=until)

    page = admin_client.get("/admin/routing/relayworker/").content.decode()

    assert "2027-01-02 03:04:05 UTC" in page


@pytest.mark.parametrize("path", ["routing/unrouted", "dlq/deadletter", "events/outboxentry", "routing/delivery"])
def test_an_empty_page_says_what_would_be_there(admin_client: Client, path: str) -> None:
    page = admin_client.get(f"/admin/{path}/").content.decode()

    assert any(words in page for words in ("found a rule", "Nothing is dead", "Post one to", "post an event"))


def palette(client: Client, term: str) -> str:
    return client.get("/admin/search/", {"s": term, "extended": "1"}).content.decode()


def test_the_palette_leads_from_an_id_to_its_event(admin_client: Client) -> None:
    entry = made.entry(id="Order-4711:a")

    for term in (f"id:{entry.event_id}", str(entry.uuid), str(entry.uuid).upper()):
        assert f"/admin/events/outboxentry/{entry.pk}/change/" in palette(admin_client, term)


def test_the_palette_finds_pages_acts_rules_and_destinations(admin_client: Client) -> None:
    nats = made.destination("nats-eu")
    rule = made.rule("Orders of the EU", nats)

    assert "/admin/dlq/deadletter/" in palette(admin_client, "dead")
    assert "/admin/routing/routingrule/publish/" in palette(admin_client, "Publish")
    assert f"/admin/routing/routingrule/{rule.pk}/change/" in palette(admin_client, "orders")
    assert f"/admin/routing/destination/{nats.pk}/change/" in palette(admin_client, "nats-eu")


def test_the_palette_offers_a_search_with_qualifiers_as_one(admin_client: Client) -> None:
    assert "?q=type%3A%2A.made+since%3A1h" in palette(admin_client, "type:*.made since:1h")


def test_the_palette_finds_nothing_that_somebody_may_not_see() -> None:
    entry = made.entry()
    made.rule("Orders", made.destination("nats-eu"))
    client = made.logged_in("routing.view_destination")

    for term in (str(entry.uuid), "orders", "publish", "users", "type:*"):
        assert "No results" in palette(client, term)
    assert "nats-eu" in palette(client, "nats")


def test_the_palette_shows_at_once_what_is_revoked_or_new(admin_client: Client) -> None:
    assert "nats-eu" not in palette(admin_client, "nats-e")

    made.destination("nats-eu")

    assert "nats-eu" in palette(admin_client, "nats-e")


@pytest.mark.parametrize("term", ["", "x" * 5000, "type:", "dest:none state:nope", '"'])
def test_the_palette_takes_whatever_is_typed(admin_client: Client, term: str) -> None:
    answer = admin_client.get("/admin/search/", {"s": term, "page": "none"})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("environment", "colour"),
    [("production", "text-red-700"), ("staging", "text-orange-700"), ("development", "text-blue-700")],
)
def test_each_page_says_which_environment_it_is_of(
    admin_client: Client, settings: Any, environment: str, colour: str
) -> None:
    settings.ENVIRONMENT = environment

    for path in ("/admin/", "/admin/routing/destination/"):
        page = admin_client.get(path).content.decode()
        title = page[page.index("<title>") : page.index("</title>")]
        badge = re.search(rf'<span class="([^"]*)"\s*>\s*{environment}\s*</span>', page)
        assert f"[{environment}]" in title
        assert badge is not None
        assert colour in badge[1]


def test_the_way_past_the_menu_is_the_first_link(admin_client: Client) -> None:
    page = admin_client.get("/admin/routing/destination/").content.decode()
    body = page[page.index("<body") :]

    assert body.index("<a ") == body.index('<a class="skip-link" href="#content">')


def test_the_root_leads_to_the_admin(client: Client) -> None:
    assert client.get("/").headers["Location"] == "/admin/"


def test_the_login_offers_no_way_to_a_site_that_is_not_there(client: Client) -> None:
    page = client.get("/admin/login/").content.decode()

    assert "Log in" in page
    assert "Return to site" not in page
