"""`python -m tests.browser.screenshots`: the pictures of the README, made anew from a demo with traffic."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.chromium import chromium, log_in_as_admin
from tests.browser.demo import Demo
from tests.browser.test_schemas import BREAKING, ORDER, activate, begin_draft
from tests.browser.traffic import LETTERS, halve_operation, make_traffic, redrive_one, write_history
from tests.quickstart.demo_run import ROOT, DemoRun, copy_checkout

ORDER_TYPE, PAID_TYPE = "com.shop.order.placed", "com.shop.order.paid"
WIDE, NARROW = (1440, 900), (375, 812)
MOST_BYTES = 150_000


class Camera:
    """Takes pictures of one demo into one folder."""

    def __init__(self, browser: Browser, demo: Demo, folder: Path) -> None:
        self.browser = browser
        self.demo = demo
        self.folder = folder

    def open(self, size: tuple[int, int] = WIDE, scheme: Literal["light", "dark"] = "light") -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = self.browser.new_context(base_url=self.demo.web, viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        log_in_as_admin(page, self.demo)
        return page

    def take(self, seen: Page | Locator, name: str) -> None:
        to = self.folder / f"{name}.png"
        seen.screenshot(path=to, animations="disabled", caret="hide")
        sys.stdout.write(
            f"{to}: {to.stat().st_size // 1000} kB{', too large' if to.stat().st_size > MOST_BYTES else ''}\n"
        )


def home(camera: Camera) -> None:
    for name, size, scheme in (
        ("home", WIDE, "light"),
        ("home-dark", WIDE, "dark"),
        ("home-narrow", NARROW, "light"),
    ):
        write_history(camera.demo)
        page = camera.open(size, scheme)  # type: ignore[arg-type]
        expect(page.get_by_role("link", name=f"{LETTERS} dead letters")).to_be_visible()
        camera.take(page, name)
    write_history(camera.demo)
    charts = camera.open((1440, 2000))
    camera.take(charts.locator(".cp-charts"), "charts")


def routing(camera: Camera) -> None:
    """A rule that is edited and not published, what publishing would change, and where events go."""
    demo = camera.demo
    branches = demo.named("rules", "Branches")
    demo.change("rules", branches["id"], filters=[{"prefix": {"subject": "release/"}}], strategy="ALL")
    demo.add_rule("Audit", "*.action.*", "eventbridge", priority=250, **{"continue": True})
    page = camera.open()
    page.goto("/admin/routing/routingrule/")
    camera.take(page, "rules")
    page.get_by_role("link", name="See the difference and publish").click()
    page.get_by_label("Note").fill("Release branches go to both platforms; actions are audited in the cloud")
    camera.take(page, "publish")
    page.goto(f"/admin/routing/destination/{demo.named('destinations', 'search-index')['id']}/change/")
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("It answers")).to_be_visible()
    camera.take(page, "destination")


def event(camera: Camera) -> None:
    entry = redrive_one(camera.demo)
    page = camera.open((1440, 840))
    page.goto(f"/admin/events/outboxentry/?q={entry}")
    expect(page.get_by_role("heading", name="The way it took")).to_be_visible()
    camera.take(page, "event")


def operation(camera: Camera) -> None:
    page = camera.open()
    page.goto("/admin/dlq/deadletter/?q=dest:reports")
    page.get_by_role("link", name="Redrive all that match").click()
    page.get_by_label("Why").fill("The bus takes larger entries now")
    page.get_by_role("button", name="Redrive").click()
    expect(page.get_by_text(f"{LETTERS} of {LETTERS}")).to_be_visible()
    halve_operation(camera.demo)
    page.reload()
    camera.take(page, "operation")


def schemas(camera: Camera) -> None:
    """A draft that asks for more than old events have."""
    demo = camera.demo
    demo.api("POST", "/schemas/types", {"name": ORDER_TYPE, "migrate": "older"})
    demo.api("POST", f"/schemas/types/{ORDER_TYPE}/versions", {"schema": ORDER})
    activate(demo, ORDER_TYPE, "1.0.0", "What the shop sends")
    page = camera.open((1440, 800))
    begin_draft(page, ORDER_TYPE).fill(json.dumps(BREAKING, indent=2))
    expect(page.get_by_role("region", name="What this draft means")).to_contain_text("migration required")
    camera.take(page, "schema")


def personal_data(camera: Camera) -> None:
    """An event before and after, by policies that are published; what was done about one, on record."""
    demo = camera.demo
    kinds = {"email": "ENCRYPT", "credit_card": "ENCRYPT", "person_name": "ANONYMIZE", "phone": "REDACT"}
    demo.api("POST", "/pii/policies", {"name": "Orders", "type_pattern": "com.shop.order.*", "kinds": kinds})
    demo.api("POST", "/pii/sets/publish", {"note": "Orders hold addresses and cards now"})
    page = camera.open(scheme="dark")
    page.goto(f"/admin/events/piipolicy/preview/?type={PAID_TYPE}&policies=published")
    expect(page.get_by_role("region", name="What would become of it")).to_contain_text("5 findings")
    camera.take(page.locator(".pd-result .sr-panel"), "preview")
    _act(camera)
    records = camera.open((1440, 660))
    records.goto("/admin/events/auditrecord/")
    camera.take(records, "audit")


def _act(camera: Camera) -> None:
    """What leaves records: a key is rotated, an event revealed."""
    demo = camera.demo
    entry = demo.post("order-2041", PAID_TYPE, data={"email": "jane.doe@example.com"})
    demo.manage("keys", "rotate", "--reason", "Once a year")
    page = camera.open()
    page.goto(f"/admin/events/outboxentry/?q={entry}")
    page.get_by_text("Reveal what is encrypted").click()
    page.get_by_label("Why you need to see it").fill("Ticket 17: the order went to no address")
    page.get_by_role("button", name="Reveal").click()
    expect(page.get_by_role("link", name="Back to the event")).to_be_visible()


def main(folder: Path) -> None:
    with (
        tempfile.TemporaryDirectory() as checkout,
        DemoRun(copy_checkout(Path(checkout))) as run,
        chromium() as browser,
    ):
        run.wait_until_ready()
        demo = Demo(run.checkout)
        make_traffic(demo)
        camera = Camera(browser, demo, folder)
        for pictures in (home, routing, event, operation, schemas, personal_data):
            pictures(camera)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "docs" / "images")
