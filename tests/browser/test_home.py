"""The home page keeps itself new, for as long as somebody looks."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.chromium import row_of
from tests.browser.demo import Demo

TURN_MS, LONG_MS = 4_000, 120_000
# No tab is ever hidden in a browser without a screen: the page is told what it would be told.
VISIBILITY = """state => {
    Object.defineProperty(document, "hidden", { configurable: true, value: state === "hidden" });
    Object.defineProperty(document, "visibilityState", { configurable: true, value: state });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def asked(page: Page) -> Callable[[], int]:
    """How often the page has asked for its figures."""
    asked: list[Any] = []
    page.on("request", lambda request: asked.append(request) if request.url.endswith("/admin/live/") else None)
    return lambda: len(asked)


def test_it_stops_asking_while_its_tab_is_hidden(page: Page) -> None:
    page.clock.install()
    count = asked(page)
    page.goto("/admin/")
    with page.expect_response("**/admin/live/"):
        page.clock.fast_forward(TURN_MS)

    page.evaluate(VISIBILITY, "hidden")
    before = count()
    page.clock.run_for(LONG_MS)
    assert page.evaluate("document.hidden")
    assert count() == before

    with page.expect_response("**/admin/live/"):
        page.evaluate(VISIBILITY, "visible")
    assert count() == before + 1


def test_it_shows_what_happens_without_being_loaded_again(page: Page, demo: Demo) -> None:
    nats = demo.named("destinations", "nats")
    told = page.get_by_role("link", name="nats is paused")
    page.goto("/admin/")
    expect(row_of(page, "nats")).to_contain_text("ready")
    page.evaluate("window.loaded = true")

    demo.api("POST", f"/destinations/{nats['id']}/pause", {"reason": "A moment"})
    expect(told).to_contain_text("A moment")
    demo.api("POST", f"/destinations/{nats['id']}/resume")

    expect(told).to_have_count(0)
    assert page.evaluate("window.loaded")
