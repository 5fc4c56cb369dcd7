"""The admin as a whole: the way around in it, one look, and no page that shows what is inside."""

import re

import pytest
from django.contrib import admin
from django.test import Client
from unfold.admin import ModelAdmin

from events.api_keys import issue_key
from routing.publish_table import publish
from tests.routing import made

pytestmark = pytest.mark.django_db


def sidebar(client: Client) -> list[str]:
    """The titles of groups and pages, from top to bottom."""
    groups = client.get("/admin/").context["sidebar_navigation"]
    return [title for group in groups for title in (group["title"], *(item["title"] for item in group["items"]))]


def test_the_sidebar_groups_what_belongs_together(admin_client: Client) -> None:
    assert sidebar(admin_client) == [
        "Routing", "Rules", "Tables", "Destinations",
        "Events", "Events", "Deliveries", "Unrouted", "Dead letters",
        "Access", "Users", "Groups", "API keys",
        "Schedule", "Periodic tasks", "Intervals", "Crontabs",
    ]  # fmt: skip


def test_the_sidebar_shows_nobody_what_they_may_not_see() -> None:
    assert sidebar(made.logged_in("routing.change_routingrule", "dlq.view_deadletter")) == [
        "Routing", "Rules", "Events", "Dead letters",
    ]  # fmt: skip


def test_each_page_of_the_sidebar_answers_and_one_row_of_each_opens(admin_client: Client) -> None:
    letter = made.dead(made.destination(), made.unrouted().entry)
    made.rule("all", letter.destination)
    publish(note="", by=None)
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


def test_times_are_shown_to_the_second_and_with_their_zone() -> None:
    entry = made.entry()

    page = made.logged_in("events.view_outboxentry").get("/admin/events/outboxentry/").content.decode()

    assert f"{entry.accepted_at:%Y-%m-%d %H:%M:%S} UTC" in page


@pytest.mark.parametrize("path", ["routing/unrouted", "dlq/deadletter", "events/outboxentry", "routing/delivery"])
def test_an_empty_page_says_what_would_be_there(admin_client: Client, path: str) -> None:
    page = admin_client.get(f"/admin/{path}/").content.decode()

    assert any(words in page for words in ("found a rule", "Nothing is dead", "Post one to", "post an event"))


def test_the_root_leads_to_the_admin(client: Client) -> None:
    assert client.get("/").headers["Location"] == "/admin/"


def test_the_login_offers_no_way_to_a_site_that_is_not_there(client: Client) -> None:
    page = client.get("/admin/login/").content.decode()

    assert "Log in" in page
    assert "Return to site" not in page
