"""Rules: edited, published, and saved by two people at once."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.chromium import row_of
from tests.browser.demo import Demo

Adds = Callable[..., dict[str, Any]]


def test_an_edited_rule_sends_the_next_event_elsewhere_once_it_is_published(
    page: Page, demo: Demo, add_rule: Adds
) -> None:
    add_rule("Orders", "com.shop.order.*", "nats")
    demo.publish()

    page.goto("/admin/routing/routingrule/")
    page.get_by_role("link", name="Orders").click()
    page.get_by_label("Destination*").first.select_option("eventbridge")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(row_of(page, "Orders")).to_contain_text("changed since v")
    assert demo.receivers(demo.post("order-1", "com.shop.order.placed")) == ["nats"]
    page.get_by_role("link", name="See the difference and publish").click()
    expect(page.get_by_role("main")).to_contain_text("Orders, destinations: nats \u2192 eventbridge")
    page.get_by_label("Note").fill("Orders are read in the cloud now")
    page.get_by_role("button", name="Publish").click()

    expect(page.get_by_text("Running workers take it within half a second.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Orders are read in the cloud now")
    expect(page.get_by_role("main")).to_contain_text("in use")
    table = demo.api("GET", "/tables/newest")["version"]
    demo.wait_until_used()
    entry = demo.post("order-2", "com.shop.order.placed")
    assert demo.receivers(entry) == ["eventbridge"]
    page.goto(f"/admin/events/outboxentry/?q={entry}")
    expect(page.get_by_role("link", name=f"table v{table}")).to_be_visible()


def test_nothing_is_published_without_a_note(page: Page, demo: Demo, add_rule: Adds) -> None:
    add_rule("Unexplained", "com.shop.unexplained.*", "nats")
    before = demo.api("GET", "/tables/newest")["version"]

    page.goto("/admin/routing/routingrule/publish")
    page.get_by_label("Note").fill(" ")
    page.get_by_role("button", name="Publish").click()

    expect(page.get_by_role("alert").get_by_text("Note: This field is required.")).to_be_visible()
    assert demo.api("GET", "/tables/newest")["version"] == before


def test_a_second_tab_that_saves_the_same_rule_is_told_and_overwrites_nothing(
    page: Page, demo: Demo, add_rule: Adds
) -> None:
    """H47."""
    rule = add_rule("Invoices", "com.shop.invoice.*", "nats", priority=500)
    address = f"/admin/routing/routingrule/{rule['id']}/change/"
    second = page.context.new_page()
    page.goto(address)
    second.goto(address)

    page.get_by_label("Priority*").fill("600")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(row_of(page, "Invoices")).to_contain_text("priority 600")
    second.get_by_label("Type pattern*").fill("com.shop.bill.*")
    second.get_by_role("button", name="Save", exact=True).click()

    expect(second.get_by_text("Somebody else saved this while you were editing it.")).to_be_visible()
    expect(second.get_by_role("listitem").filter(has_text="Priority: 500 \u2192 600")).to_be_visible()
    expect(second.get_by_label("Type pattern*")).to_have_value("com.shop.bill.*")
    stored = demo.api("GET", f"/rules/{rule['id']}")
    assert (stored["priority"], stored["type_pattern"]) == (600, "com.shop.invoice.*")


def test_a_rule_is_tried_on_a_stored_event_before_it_is_saved(page: Page, demo: Demo, add_rule: Adds) -> None:
    rule = add_rule("Refunds", "com.shop.refund.*", "nats")
    demo.post("refund-1", "com.shop.refund.asked", subject="order/7")

    page.goto(f"/admin/routing/routingrule/{rule['id']}/change/")
    page.get_by_label("Filters", exact=True).fill('[{"exact": {"subject": "order/8"}}]')
    page.get_by_label("Try it on an event").fill("refund-1")
    page.get_by_role("button", name="Try", exact=True).click()

    expect(page.get_by_role("status")).to_contain_text("It does not match")
    assert demo.api("GET", f"/rules/{rule['id']}")["filters"] == []
