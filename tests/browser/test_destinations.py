"""Destinations: held back with a reason and let go, and tried before they are saved."""

from collections.abc import Callable
from itertools import count
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.chromium import row_of
from tests.browser.demo import Demo

Adds = Callable[..., dict[str, Any]]
REASON = "The consumer is being moved"


def post_until_held(demo: Demo, type_: str) -> str:
    """Workers look at what is paused twice a second: the first event that one of them holds back."""
    for number in count():
        entry = demo.post(f"{type_}-{number}", type_)
        demo.wait_until_taken_up(entry)
        if demo.event(entry)["state"] == "pending":
            break
    return entry


def test_a_paused_destination_holds_its_events_until_it_is_resumed(page: Page, demo: Demo, add_rule: Adds) -> None:
    held = demo.add_destination("warehouse", "nats")
    add_rule("Stock", "com.shop.stock.*", "warehouse")
    demo.publish()

    page.goto("/admin/routing/destination/")
    row_of(page, "warehouse").get_by_role("link", name="warehouse").click()
    page.get_by_role("link", name="Pause").click()
    page.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("region", name="State")).to_contain_text(f"Paused: {REASON}")
    entry = post_until_held(demo, "com.shop.stock.low")

    page.goto("/admin/")
    told = page.get_by_role("link", name=f"{REASON}. 1 delivery waits")
    expect(told).to_be_visible()
    told.click()
    expect(page).to_have_url(f"{demo.web}/admin/routing/destination/{held['id']}/change/")
    page.goto("/admin/routing/destination/")
    row = row_of(page, "warehouse")
    expect(row).to_contain_text(f"Paused: {REASON}")
    expect(row).to_contain_text("1, oldest")
    page.goto(f"/admin/events/outboxentry/?q={entry}")
    expect(page.get_by_role("region", name="The way it took")).to_contain_text(f"warehouse is paused: {REASON}")

    page.goto(f"/admin/routing/destination/{held['id']}/change/")
    page.get_by_role("link", name="Resume").click()
    expect(page.get_by_role("main")).to_contain_text(f"Paused because: {REASON}")
    page.get_by_role("button", name="Resume").click()

    expect(page.get_by_role("region", name="State")).to_contain_text("ready")
    assert demo.receivers(entry) == ["warehouse"]
    page.goto("/admin/")
    expect(row_of(page, "warehouse")).to_contain_text("ready")
    expect(page.get_by_role("link", name=REASON)).to_have_count(0)


def test_a_connection_is_tried_as_it_stands_in_the_form(page: Page, demo: Demo) -> None:
    nats = demo.named("destinations", "nats")
    [server] = nats["config"]["servers"]

    page.goto(f"/admin/routing/destination/{nats['id']}/change/")
    result = page.get_by_role("region", name="Test connection").get_by_role("status")
    page.get_by_label("Servers").fill("nats://127.0.0.1:1")
    page.get_by_role("button", name="Test connection").click()
    expect(result).to_contain_text("It cannot be used")
    page.get_by_label("Servers").fill(server)
    page.get_by_role("button", name="Test connection").click()

    expect(result).to_contain_text("It answers")
    assert demo.named("destinations", "nats")["config"] == nats["config"]


def test_a_new_destination_is_refused_with_the_setting_that_is_wrong(page: Page, demo: Demo) -> None:
    page.goto("/admin/routing/destination/")
    page.get_by_role("link", name="Add destination").click()
    page.get_by_role("link", name="NATS JetStream").click()
    page.get_by_label("Name*").fill("elsewhere")
    page.get_by_label("Servers").fill("http://127.0.0.1:4222")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("must begin with nats:// or tls://")).to_be_visible()
    assert all(one["name"] != "elsewhere" for one in demo.api("GET", "/destinations")["items"])
