"""Keys: rotated twice, what they encrypted is still revealed; destroyed, nobody reads it again. Both are on record."""

import re
from dataclasses import dataclass
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chromium import row_of
from tests.browser.consumers import from_stream
from tests.browser.demo import Demo, eventually
from tests.browser.test_pii import MAIL, add_policy, event_type

__all__ = ["event_type"]

KEY = re.compile(r"pii\.v1\.([a-z2-7]{8})\.")


@dataclass(frozen=True)
class Tenant:
    """`demo` is the demo as its API key may see it."""

    name: str
    demo: Demo

    def post(self, type_: str) -> str:
        return self.demo.post(uuid4().hex, type_, data={"email": MAIL})


@pytest.fixture
def encrypted(demo: Demo, event_type: str) -> str:
    """The type of events that a policy encrypts."""
    add_policy(demo, event_type, default="ENCRYPT")
    demo.api("POST", "/pii/sets/publish", {"note": "Members are encrypted"})
    return event_type


@pytest.fixture
def tenant(page: Page, demo: Demo) -> Tenant:
    """One of its own, by an API key that is made as a person makes one; its keys come by themselves."""
    name = f"club-{uuid4().hex[:8]}"
    page.goto("/admin/events/apikey/add/")
    page.get_by_label("Name*").fill(name)
    page.get_by_label("Tenant*").fill(name)
    for scope in ("events:write", "events:read"):
        page.get_by_label(scope).check()
    page.get_by_role("button", name="Save").click()
    secret = page.locator("#api-key-secret").inner_text()
    eventually(lambda: keys_of(page, name).count() == 2, f"{name} gets no keys")
    return Tenant(name, demo.seen_by(key=secret))


def keys_of(page: Page, tenant: str) -> Locator:
    page.goto(f"/admin/events/datakey/?q={tenant}")
    return page.get_by_role("row").filter(has_text=tenant)


def key_of(page: Page, entry: str) -> str:
    """Of the token in an event, as its page shows it."""
    page.goto(f"/admin/events/outboxentry/?q={entry}")
    (found,) = KEY.findall(page.locator("#event-data").inner_text())
    return str(found)


def revealed(page: Page, entry: str) -> Locator:
    """The page that answers."""
    page.goto(f"/admin/events/outboxentry/?q={entry}")
    page.get_by_text("Reveal what is encrypted").click()
    page.get_by_label("Why you need to see it").fill("a member asks what is known of them")
    page.get_by_role("button", name="Reveal").click()
    expect(page.get_by_role("link", name="Back to the event")).to_be_visible()
    return page.get_by_role("main")


def test_h35_after_two_rotations_the_newest_key_encrypts_and_what_the_first_did_is_revealed(
    page: Page, demo: Demo, tenant: Tenant, encrypted: str
) -> None:
    before = tenant.post(encrypted)

    for reason in ("once a year", "somebody has left"):
        demo.manage("keys", "rotate", "--tenant", tenant.name, "--reason", reason)
    after = tenant.post(encrypted)

    first, newest = key_of(page, before), key_of(page, after)
    expect(revealed(page, before)).to_contain_text(MAIL)
    expect(revealed(page, after)).to_contain_text(MAIL)
    expect(keys_of(page, tenant.name).filter(has_text="Encrypts")).to_have_count(3)
    expect(row_of(page, newest)).to_contain_text("In use")
    expect(row_of(page, first)).to_contain_text("Reads only")
    page.get_by_role("link", name=first).click()
    page.get_by_role("link", name="What was done with the keys of this tenant").click()
    rotations = page.get_by_role("row").filter(has_text="pii_key.rotated")
    expect(rotations.nth(0)).to_contain_text("somebody has left")
    expect(rotations.nth(1)).to_contain_text("once a year")


def test_h35_what_an_erased_tenant_had_is_read_by_nobody_and_what_others_have_is(
    page: Page, demo: Demo, tenant: Tenant, encrypted: str
) -> None:
    erased, kept = tenant.post(encrypted), demo.post(uuid4().hex, encrypted, data={"email": MAIL})
    tenant.demo.wait_for(erased, "delivered")

    demo.manage("keys", "destroy", "--tenant", tenant.name, "--confirm", tenant.name, "--reason", "they asked for it")

    answer = revealed(page, erased)
    expect(answer).to_contain_text("/data/email: its key is destroyed: nobody can read it again")
    expect(answer).not_to_contain_text(MAIL)
    expect(revealed(page, kept)).to_contain_text(MAIL)
    assert KEY.match(from_stream(tenant.demo, erased).data["email"])
    destroyed = keys_of(page, tenant.name)
    expect(destroyed.filter(has_text="Destroyed")).to_have_count(2)
    destroyed.first.get_by_role("link").click()
    page.get_by_role("link", name="What was done with the keys of this tenant").click()
    page.get_by_role("row").filter(has_text="they asked for it").get_by_role("link", name="pii_key.destroyed").click()
    expect(page.get_by_role("main")).to_contain_text("a command")
    expect(page.get_by_role("main")).to_contain_text("and was not changed")
