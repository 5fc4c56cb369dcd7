"""What was left: dead letters and unrouted events, put back on their way, with the operation's progress."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import row_of
from tests.browser.demo import Demo, cloud_event

Adds = Callable[..., dict[str, Any]]
SMALL, LARGE = 1024, 262_144


@pytest.fixture
def without_catch_all(demo: Demo) -> Iterator[None]:
    """The demo without the rule that wants every event."""
    rule = demo.named("rules", "Everything else")
    demo.change("rules", rule["id"], enabled=False)
    demo.publish()
    yield
    demo.change("rules", rule["id"], enabled=True)
    demo.publish()


def test_dead_letters_are_redriven_once_their_cause_is_gone(page: Page, demo: Demo, add_rule: Adds) -> None:
    demo.add_destination("archive", "eventbridge", max_entry_bytes=SMALL)
    add_rule("Scans", "com.shop.scan.*", "archive")
    demo.publish()
    events = [cloud_event(f"scan-{number}", "com.shop.scan.made", data={"page": "x" * SMALL}) for number in range(13)]
    probe, *entries = demo.post_all(events)
    for entry in (probe, *entries):
        demo.wait_for(entry, "dead")

    page.goto("/admin/")
    row_of(page, "archive").get_by_role("link", name="13", exact=True).click()
    expect(page.get_by_role("row", name="com.shop.scan.made")).to_have_count(13)
    expect(page.get_by_role("row", name="com.shop.scan.made").first).to_contain_text("too_large")
    demo.enlarge("archive", LARGE, probe)
    page.get_by_role("link", name="Redrive all that match").click()
    page.get_by_label("Why").fill("The bus takes larger entries now")
    page.get_by_role("button", name="Redrive 12 dead letters").click()

    expect(page.get_by_text("12 of 12")).to_be_visible()
    expect(page.get_by_text("Done 20")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("The bus takes larger entries now")
    for entry in entries:
        demo.wait_for(entry, "delivered")
    page.goto(f"/admin/events/outboxentry/?q={entries[0]}")
    way = page.get_by_role("region", name="The way it took")
    expect(way).to_contain_text("Redriven")
    expect(way).to_contain_text("EventId")


def test_a_chosen_dead_letter_is_discarded_with_a_reason(page: Page, demo: Demo, add_rule: Adds) -> None:
    demo.add_destination("shredder", "eventbridge", max_entry_bytes=SMALL)
    add_rule("Drafts", "com.shop.draft.*", "shredder")
    demo.publish()
    kept, given_up = (
        demo.post(f"draft-{number}", "com.shop.draft.made", data={"page": "x" * SMALL}) for number in (1, 2)
    )
    demo.wait_for(kept, "dead")
    demo.wait_for(given_up, "dead")

    page.goto("/admin/dlq/deadletter/?q=dest:shredder")
    page.get_by_role("row", name="com.shop.draft.made").first.get_by_role("checkbox").check()
    page.get_by_label("Select action to run").select_option("Discard")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_label("Why").fill("Nobody reads drafts")
    page.get_by_role("button", name="Discard 1 dead letter").click()

    expect(page.get_by_text("1 of 1")).to_be_visible()
    expect(page.get_by_text("Done 20")).to_be_visible()
    assert demo.event(given_up)["state"] == "discarded"
    assert demo.event(kept)["state"] == "dead"


def test_unrouted_events_are_routed_again_once_a_rule_wants_them(
    page: Page, demo: Demo, without_catch_all: None
) -> None:
    entry = demo.post("parcel-1", "com.post.parcel.lost")
    demo.wait_for(entry, "unrouted")

    page.goto("/admin/")
    page.get_by_role("link", name="1 event matched no rule").click()
    expect(page.get_by_role("row", name="com.post.parcel.lost")).to_be_visible()
    page.get_by_role("link", name="mend or add a rule").click()
    page.get_by_role("link", name="Add routing rule").click()
    page.get_by_label("Name*").fill("Parcels")
    page.get_by_label("Type pattern*").fill("com.post.*")
    page.get_by_label("Destination*").first.select_option("nats")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="See the difference and publish").click()
    page.get_by_label("Note").fill("Parcels had no rule")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("link", name="Unrouted", exact=True).click()
    page.get_by_role("link", name="Route again all").click()
    page.get_by_role("button", name="Route again 1 unrouted event").click()

    expect(page.get_by_text("1 of 1")).to_be_visible()
    expect(page.get_by_text("Done 20")).to_be_visible()
    assert demo.receivers(entry) == ["nats"]
    demo.remove_rule(demo.named("rules", "Parcels")["id"])
