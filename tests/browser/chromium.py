"""The system's Chromium, one that asks nobody but the demo."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.browser.demo import Demo

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
OPTIONS = (
    # As root it has no sandbox of its own.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, f"none of {', '.join(NAMES)} is on PATH"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=OPTIONS)
        yield browser
        browser.close()


def log_in(page: Page, username: str, password: str) -> None:
    page.goto("/admin/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")


def log_in_as_admin(page: Page, demo: Demo) -> None:
    log_in(page, demo.username, demo.password)


def row_of(page: Page, name: str) -> Locator:
    """The row of a list that is about this one thing."""
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))
