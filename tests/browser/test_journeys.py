"""From the first login to what became of an event."""

from playwright.sync_api import Page, expect

from tests.browser.chromium import log_in_as_admin, row_of
from tests.browser.demo import Demo

SCHEMA = {"rid": "ri.ontology.main.schema.8f4f0f5e-5c0a-4d57-9b3e-2a4c1d6e7f80", "apiName": "Employee"}
DELETED = {**SCHEMA, "publishedVersions": [], "reason": "Was a trial"}


def test_the_first_login_leads_to_what_matters(visitor: Page, demo: Demo) -> None:
    visitor.goto("/")
    expect(visitor).to_have_url(f"{demo.web}/admin/login/?next=/admin/")

    log_in_as_admin(visitor, demo)

    expect(visitor.get_by_role("link", name="Routing table v")).to_be_visible()
    expect(row_of(visitor, "nats")).to_contain_text("ready")
    expect(row_of(visitor, "eventbridge")).to_contain_text("ready")


def test_a_pasted_id_leads_to_the_way_of_its_event(page: Page, demo: Demo) -> None:
    entry = demo.post("journey-1", "com.foundry.oms.schema.created", data=SCHEMA)
    demo.wait_for(entry, "delivered")

    page.goto("/admin/")
    page.get_by_role("link", name="Events", exact=True).click()
    page.get_by_role("searchbox", name="Search").fill("journey-1")
    page.get_by_role("searchbox", name="Search").press("Enter")

    way = page.get_by_role("region", name="The way it took").get_by_role("listitem")
    expect(page.get_by_role("heading", name="com.foundry.oms.schema.created")).to_be_visible()
    expect(way.filter(has_text="Routed by table v")).to_contain_text("matched Schema changes")
    expect(way.filter(has_text="To nats delivered")).to_contain_text("stream EVENTS, sequence")
    expect(way.filter(has_text="To eventbridge delivered")).to_contain_text("EventId")
    expect(page.get_by_role("region", name="Data")).to_contain_text('"apiName": "Employee"')


def test_the_palette_finds_an_event_by_the_id_of_its_entry(page: Page, demo: Demo) -> None:
    entry = demo.post("journey-2", "com.foundry.oms.schema.deleted", data=DELETED)
    demo.wait_for(entry, "delivered")

    page.goto("/admin/")
    page.keyboard.press("Control+k")
    page.get_by_label("Search pages, rules, destinations, or paste an event's id").fill(entry)
    page.get_by_role("link", name="Event com.foundry.oms.schema.deleted of /oms/main").click()

    expect(page.get_by_role("heading", name="com.foundry.oms.schema.deleted")).to_be_visible()
    expect(page.get_by_role("region", name="Attributes")).to_contain_text("journey-2")
