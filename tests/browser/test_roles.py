"""What a role may do, it finds; what it may not do, it is not offered and cannot reach."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chromium import log_in
from tests.browser.demo import Demo

Adds = Callable[..., dict[str, Any]]
Opens = Callable[..., BrowserContext]
PASSWORD = "rather-long-and-odd-7"
SMALL, LARGE = 1024, 262_144


def test_an_operator_redrives_and_edits_no_rules(page: Page, demo: Demo, add_rule: Adds, open_context: Opens) -> None:
    """H40."""
    demo.add_destination("vault", "eventbridge", max_entry_bytes=SMALL)
    rule = add_rule("Contracts", "com.shop.contract.*", "vault")
    demo.publish()
    probe, entry = (
        demo.post(f"contract-{number}", "com.shop.contract.signed", data={"text": "x" * SMALL}) for number in (1, 2)
    )
    demo.wait_for(probe, "dead")
    demo.wait_for(entry, "dead")
    demo.enlarge("vault", LARGE, probe)

    make_operator(page, "olga")
    operator = open_context().new_page()
    log_in(operator, "olga", PASSWORD)
    operator.get_by_role("link", name="Dead letters", exact=True).click()
    operator.get_by_role("row", name="com.shop.contract.signed").get_by_role("checkbox").check()
    operator.get_by_label("Select action to run").select_option("Redrive")
    operator.get_by_role("button", name="Run", exact=True).click()
    operator.get_by_role("button", name="Redrive 1 dead letter").click()
    expect(operator.get_by_text("Done 20")).to_be_visible()
    expect(operator.get_by_role("main")).to_contain_text("olga")
    demo.wait_for(entry, "delivered")

    operator.get_by_role("link", name="Rules", exact=True).click()
    operator.get_by_role("link", name="Contracts").click()
    expect(operator.get_by_role("main")).to_contain_text("com.shop.contract.*")
    expect(operator.get_by_role("button", name="Save")).to_have_count(0)
    expect(operator.get_by_role("button", name="Try", exact=True)).to_have_count(0)
    assert not offered(operator, "Add routing rule", "Publish", "Users", "Delete")
    for address in (f"{rule['id']}/delete/", "add/", "publish"):
        assert operator.request.get(f"/admin/routing/routingrule/{address}").status == 403


def test_an_operator_who_asks_for_an_event_in_clear_is_refused_and_is_on_record_once(
    page: Page, demo: Demo, open_context: Opens
) -> None:
    """H41."""
    entry = demo.post("sealed", "com.shop.order.sealed", data={"email": "lena.marker@kraftwerk-post.de"})
    make_operator(page, "otto")
    context = open_context()
    operator = context.new_page()
    log_in(operator, "otto", PASSWORD)
    operator.goto(f"/admin/events/outboxentry/?q={entry}")
    expect(operator.locator("#event-data")).to_be_visible()
    expect(operator.get_by_text("Reveal what is encrypted")).to_have_count(0)

    tokens = [cookie.get("value", "") for cookie in context.cookies() if cookie.get("name") == "csrftoken"]
    for _ in range(2):
        headers = {"X-CSRFToken": tokens[0], "Referer": operator.url}
        address = operator.url.replace("/change/", "/reveal/")
        assert operator.request.post(address, form={"note": "curious"}, headers=headers).status == 403

    page.goto("/admin/events/auditrecord/?act=pii.reveal_refused")
    record = page.get_by_role("row").filter(has_text="otto")
    expect(record).to_have_count(1)
    record.get_by_role("link", name="pii.reveal_refused").click()
    expect(page.get_by_role("main")).to_contain_text(entry)


def make_operator(page: Page, name: str) -> None:
    page.goto("/admin/auth/user/add/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password confirmation").fill(PASSWORD)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Staff status").check()
    page.get_by_role("listbox", name="Available groups").select_option("Operator")
    page.get_by_role("button", name="Choose selected groups").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("row", name=name)).to_be_visible()


def offered(page: Page, *names: str) -> list[str]:
    return [name for name in names if page.get_by_role("link", name=name, exact=True).count()]
