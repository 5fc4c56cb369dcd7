"""On a telephone: nothing is wider than the screen, however long what it shows is."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demo import Demo

LONG = "a-word-that-nobody-thought-of-breaking-anywhere-" * 2
# What sticks out of the screen and is in no box that scrolls by itself or is for readers only.
WIDER = """() => {
    const style = (one) => getComputedStyle(one);
    const scrolls = (one) => ["auto", "scroll"].includes(style(one).overflowX) || style(one).clipPath !== "none";
    const boxed = (one) => { while ((one = one.parentElement)) if (scrolls(one)) return true; return false; };
    const seen = (one) => one.checkVisibility() && one.getBoundingClientRect().width > 1;
    const wide = [...document.querySelectorAll("[role=main] *")].filter(
        (one) => seen(one) && one.getBoundingClientRect().right > innerWidth + 1 && !boxed(one));
    return wide.map((one) => one.outerHTML.slice(0, 200));
}"""


@dataclass(frozen=True)
class Long:
    """What there is with long words in it: ids of an event, a rule and a destination, and a name."""

    entry: str
    rule: int
    destination: int
    name: str


@pytest.fixture(scope="module")
def long(demo: Demo) -> Iterator[Long]:
    """A dead letter, and a rule that is edited and not published."""
    name = f"narrow-{LONG}"[:64]
    destination = demo.add_destination(name, "eventbridge", max_entry_bytes=1024)
    rule = demo.add_rule(LONG, f"com.narrow.{LONG}.*", name)
    demo.publish()
    entry = demo.post(f"narrow-{LONG}", f"com.narrow.{LONG}.made", subject=LONG, data={"page": "x" * 1024})
    demo.wait_for(entry, "dead")
    demo.change("rules", rule["id"], type_pattern=f"com.narrow.{LONG}.made", filters=[{"exact": {"subject": LONG}}])
    demo.api("POST", f"/destinations/{destination['id']}/pause", {"reason": LONG})
    yield Long(entry, rule["id"], destination["id"], name)
    demo.api("POST", f"/destinations/{destination['id']}/resume")
    demo.remove_rule(rule["id"])
    demo.publish()


PAGES = {
    "home": "/admin/",
    "events": "/admin/events/outboxentry/",
    "event": "/admin/events/outboxentry/?q={entry}",
    "deliveries": "/admin/routing/delivery/",
    "rules": "/admin/routing/routingrule/",
    "rule form": "/admin/routing/routingrule/{rule}/change/",
    "destinations": "/admin/routing/destination/",
    "destination form": "/admin/routing/destination/{destination}/change/",
    "publish": "/admin/routing/routingrule/publish",
    "dead letters": "/admin/dlq/deadletter/",
    "redrive": "/admin/dlq/deadletter/many/redrive/?q=dest:{name}",
}


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())
def test_it_is_no_wider_than_the_screen(narrow_page: Page, long: Long, address: str) -> None:
    narrow_page.goto(address.format(**vars(long)))
    expect(narrow_page.get_by_role("main")).to_be_visible()

    assert narrow_page.evaluate("document.documentElement.scrollWidth") <= 375
    assert narrow_page.evaluate(WIDER) == []


def test_what_cannot_be_undone_is_the_last_button_of_a_form(narrow_page: Page, long: Long) -> None:
    narrow_page.goto(PAGES["rule form"].format(**vars(long)))

    buttons = narrow_page.locator("#submit-row button, #submit-row a").all()

    places = {button.inner_text().strip(): (button.bounding_box() or {"y": 0})["y"] for button in buttons}
    assert min(places, key=places.__getitem__) == "Save"
    assert max(places, key=places.__getitem__) == "Delete routing rule"
