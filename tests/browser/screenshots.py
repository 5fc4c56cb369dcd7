"""`python -m tests.browser.screenshots`: the pictures of the README, made anew from a demo with traffic."""

import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.chromium import chromium, log_in_as_admin
from tests.browser.demo import Demo
from tests.browser.traffic import LETTERS, halve_operation, make_traffic, redrive_one, write_history
from tests.quickstart.demo_run import ROOT, DemoRun, copy_checkout

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
    page = camera.open()
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
        for pictures in (home, routing, event, operation):
            pictures(camera)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "docs" / "images")
