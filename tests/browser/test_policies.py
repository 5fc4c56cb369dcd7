"""A policy that is published already is changed: whom it would refuse is said before, and it is taken back after."""

from playwright.sync_api import Page, expect

from tests.browser.chromium import row_of
from tests.browser.demo import EVENTS, Demo, cloud_event
from tests.browser.test_pii import DATA, MAIL, add_policy, event_type

__all__ = ["event_type"]
NOTE = "Addresses are not let in"


def test_a_stricter_policy_says_whom_it_refuses_refuses_them_and_is_taken_back(
    page: Page, demo: Demo, event_type: str
) -> None:
    name = add_policy(demo, event_type, default="REDACT", kinds={"email": "ENCRYPT"})["name"]
    older = demo.api("POST", "/pii/sets/publish", {"note": "Addresses are encrypted"})["version"]
    stored = demo.post(f"{event_type}-1", event_type, data=DATA)

    page.goto("/admin/events/piipolicy/")
    page.get_by_role("link", name=name).click()
    page.get_by_label("email", exact=True).select_option("BLOCK")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(row_of(page, name)).to_contain_text(f"changed since v{older}")
    page.get_by_role("link", name="See the difference and publish").click()
    expect(page.get_by_role("main")).to_contain_text(f"{name}, email: ENCRYPT → BLOCK")
    expect(page.get_by_role("main")).to_contain_text("1 would be refused.")
    expect(page.get_by_role("link", name=stored).first).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("alert").get_by_text("Nothing was done.")).to_be_in_viewport()
    expect(page.get_by_label("Note")).to_be_focused()
    page.get_by_label("Note").fill(NOTE)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Every event from now on is decided by it.")).to_be_visible()

    refused = demo.ask("POST", "/events", [cloud_event(f"{event_type}-2", event_type, data=DATA)], Content_Type=EVENTS)
    assert (refused.status_code, refused.json()["code"]) == (422, "pii-blocked")
    assert MAIL not in refused.text

    page.get_by_role("link", name="Published sets of PII policies").click()
    page.get_by_role("link", name=f"v{older}", exact=True).click()
    page.get_by_role("link", name="Roll back to this version").click()
    expect(page.get_by_role("main")).to_contain_text(f"{name}, email: BLOCK → ENCRYPT")
    page.get_by_label("Note").fill("Orders did not come in any more")
    page.get_by_role("button", name="Roll back").click()
    expect(page.get_by_text("is published again as")).to_be_visible()
    assert demo.post(f"{event_type}-3", event_type, data=DATA)
