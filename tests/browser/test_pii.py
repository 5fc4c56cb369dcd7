"""Personal data: a policy is changed, tried, published; an event comes in by it, is revealed, and that is on record."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.demo import Demo
from tests.browser.test_narrow import LONG, WIDER

MAIL, CARD = "lena.marker@kraftwerk-post.de", "4556 7375 8689 9855"
DATA = {"customer": {"email": MAIL, "name": "Lena Marker"}, "note": f"call {MAIL}", "total": 12.5}

Opens = Callable[..., BrowserContext]


@pytest.fixture
def event_type(demo: Demo) -> Iterator[str]:
    """A type of its own for each journey; its policies are gone afterwards."""
    name = f"com.shop.order.{uuid4().hex[:8]}"
    yield name
    for policy in demo.api("GET", "/pii/policies")["items"]:
        if policy["type_pattern"] == name:
            demo.api("DELETE", f"/pii/policies/{policy['id']}", If_Match=f'"r{policy["revision"]}"')
    if demo.api("GET", "/pii/sets/draft")["differs"]:
        demo.api("POST", "/pii/sets/publish", {"note": "After a journey"})


def add_policy(demo: Demo, event_type: str, **values: Any) -> dict[str, Any]:
    made: dict[str, Any] = demo.api(
        "POST", "/pii/policies", {"name": f"Orders {event_type}", "type_pattern": event_type, "priority": 50, **values}
    )
    return made


def beside(page: Page) -> Locator:
    return page.get_by_role("region", name="What would become of it")


def test_a_policy_is_made_tried_published_and_what_it_encrypted_is_revealed_on_record(
    page: Page, demo: Demo, event_type: str
) -> None:
    before = demo.post("pii-before", event_type, data=DATA)

    page.goto("/admin/events/piipolicy/add/")
    page.get_by_label("Name*").fill(f"Orders {event_type}")
    page.get_by_label("Types").fill(event_type)
    page.get_by_label("Priority").fill("50")
    page.get_by_label("email", exact=True).select_option("ENCRYPT")
    page.get_by_label("person name", exact=True).select_option("REDACT")
    page.get_by_label("Place", exact=True).fill("/data/note")
    page.get_by_label("Action", exact=True).select_option("ANONYMIZE")
    page.get_by_role("button", name="Add a place").click()
    expect(page.get_by_label("Place", exact=True)).to_have_count(2)
    page.get_by_role("button", name="Save", exact=True).click()
    row = page.get_by_role("row").filter(has_text=event_type)
    expect(row).to_contain_text("new")
    expect(row).to_contain_text("/data/note: ANONYMIZE")

    page.get_by_role("link", name="Preview", exact=True).first.click()
    page.get_by_label("Data, or a whole event").fill(json.dumps(DATA))
    page.get_by_label("Type", exact=True).fill(event_type)
    page.get_by_label("Policies").select_option("draft")
    expect(beside(page)).to_contain_text("Lena Marker")
    expect(beside(page)).to_contain_text("ENCRYPT email at /data/customer/email")
    expect(beside(page).locator("mark.pd-encrypt").last).to_contain_text("pii.v1.")
    expect(beside(page).locator(".pd-right mark.pd-anonymize")).to_contain_text("@kraftwerk-post.de")

    page.goto("/admin/events/piipolicy/")
    page.get_by_role("link", name="publish", exact=False).last.click()
    expect(page.get_by_role("link", name=before).first).to_be_visible()
    expect(page.get_by_role("main")).not_to_contain_text(MAIL)
    page.get_by_label("Note").fill("Orders hold addresses now")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Every event from now on is decided by it.")).to_be_visible()

    entry = demo.post("pii-after", event_type, data=DATA)
    page.goto(f"/admin/events/outboxentry/?q={entry}")
    data = json.loads(page.locator("#event-data").inner_text())
    assert data["customer"]["email"].startswith("pii.v1.")
    assert MAIL not in page.locator("#event-data").inner_text()
    expect(page.get_by_role("main")).to_contain_text("/data/customer/email")

    page.get_by_text("Reveal what is encrypted").click()
    page.get_by_label("Why you need to see it").fill("ticket 17: no address")
    page.get_by_role("button", name="Reveal").click()
    shown = json.loads(page.get_by_label("Data, in clear").inner_text())
    assert shown["customer"]["email"] == MAIL
    assert shown["total"] == 12.5

    page.reload()
    expect(page.get_by_role("main")).to_contain_text("You have been shown it once")
    expect(page.get_by_role("main")).not_to_contain_text(MAIL)

    page.goto(f"/admin/events/outboxentry/?q={entry}")
    page.get_by_role("link", name="Who has seen it in clear").click()
    record = page.get_by_role("row").filter(has_text="pii.revealed")
    expect(record).to_contain_text("ticket 17: no address")
    record.get_by_role("link", name="pii.revealed").click()
    expect(page.get_by_role("main")).to_contain_text("/data/customer/email")
    expect(page.get_by_role("main")).not_to_contain_text(MAIL)


def test_an_event_that_a_policy_blocks_is_refused_in_the_preview_as_by_the_api(
    page: Page, demo: Demo, event_type: str
) -> None:
    add_policy(demo, event_type, kinds={"credit_card": "BLOCK"})
    event = {"specversion": "1.0", "id": "1", "source": "/shop", "type": event_type, "data": {"card": CARD}}

    page.goto("/admin/events/piipolicy/preview/?policies=draft")
    page.get_by_label("Data, or a whole event").fill(json.dumps(event))

    expect(beside(page)).to_contain_text("The event would be refused")
    expect(beside(page)).to_contain_text("credit_card at /data/card")
    expect(beside(page)).not_to_contain_text("After")


def test_the_preview_is_about_what_was_typed_last_and_says_where_it_is_no_json(page: Page) -> None:
    page.goto("/admin/events/piipolicy/preview/")
    editor = page.get_by_label("Data, or a whole event")

    for text in ('{"email": "a@b.org"}', '{"email": ', '{"price": 1}'):
        editor.fill(text)
    expect(beside(page)).to_contain_text("Nothing personal is found")
    editor.fill('{\n"a": }')

    expect(beside(page)).to_contain_text("not valid JSON at line 2")


def test_rows_of_places_are_added_and_taken_away(page: Page, demo: Demo, event_type: str) -> None:
    lines = [{"path": f"/data/{name}", "action": "REDACT"} for name in ("first", "second")]
    policy = add_policy(demo, event_type, paths=lines)

    page.goto(f"/admin/events/piipolicy/{policy['id']}/change/")
    page.get_by_role("button", name="Remove").first.click()
    page.get_by_role("button", name="Add a place").click()
    page.get_by_label("Place", exact=True).last.fill("/data/third/**")
    page.get_by_label("Action", exact=True).last.select_option("ignore")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("row").filter(has_text=event_type)).to_contain_text("/data/third/**: ignore")
    kept = demo.api("GET", f"/pii/policies/{policy['id']}")["paths"]
    assert [(one["path"], one["action"]) for one in kept] == [("/data/second", "REDACT"), ("/data/third/**", "ignore")]


def test_on_a_telephone_and_in_the_dark_no_page_is_wider_than_the_screen(
    narrow_page: Page, demo: Demo, event_type: str
) -> None:
    kinds = dict.fromkeys(("email", "phone", "person_name", "credit_card"), "ENCRYPT")
    policy = add_policy(demo, event_type, kinds=kinds, paths=[{"path": f"/data/{LONG}/**", "action": "LOG"}], note=LONG)
    entry = demo.post(f"pii-{LONG}", event_type, data={**DATA, LONG: MAIL})
    narrow_page.emulate_media(color_scheme="dark")

    for address in (
        "/admin/events/piipolicy/", f"/admin/events/piipolicy/{policy['id']}/change/",
        "/admin/events/piipolicy/publish/", "/admin/events/piipolicy/preview/", "/admin/events/piipolicyset/",
        "/admin/events/datakey/", f"/admin/events/outboxentry/?q={entry}", "/admin/events/auditrecord/",
        "/admin/events/auditrecord/1/change/",
    ):  # fmt: skip
        narrow_page.goto(address)
        expect(narrow_page.get_by_role("main")).to_be_visible()
        assert narrow_page.evaluate("document.documentElement.scrollWidth") <= 375, address
        assert narrow_page.evaluate(WIDER) == [], address
