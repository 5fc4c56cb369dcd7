"""The demo as it runs for a person, and a real browser on it: one of each for all journeys."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import chromium, log_in_as_admin
from tests.browser.demo import Demo
from tests.quickstart.demo_run import DemoRun, copy_checkout

PATIENCE_MS = 20_000
WIDE, NARROW = (1440, 900), (375, 812)

expect.set_options(timeout=PATIENCE_MS)

# Opens a browser's context of a person: the size of their screen, and who they are by the state of another context.
Opens = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with DemoRun(copy_checkout(tmp_path_factory.mktemp("demo"))) as run:
        run.wait_until_ready()
        yield Demo(run.checkout)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def open_context(browser: Browser, demo: Demo) -> Iterator[Opens]:
    """What a browser complains of, in any of its tabs, fails the test."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def open_context(size: tuple[int, int] = WIDE, state: Any = None) -> BrowserContext:
        viewport: Any = {"width": size[0], "height": size[1]}
        context = browser.new_context(base_url=demo.web, viewport=viewport, storage_state=state)
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        opened.append(context)
        return context

    yield open_context
    for context in opened:
        context.close()
    assert complaints == []


@pytest.fixture
def visitor(open_context: Opens) -> Page:
    """A page of somebody who is not logged in."""
    return open_context().new_page()


@pytest.fixture(scope="session")
def admin_state(browser: Browser, demo: Demo) -> Any:
    """The administrator's cookies: they log in once for all journeys."""
    context = browser.new_context(base_url=demo.web)
    log_in_as_admin(context.new_page(), demo)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def page(open_context: Opens, admin_state: Any) -> Page:
    """A page of the administrator."""
    return open_context(state=admin_state).new_page()


@pytest.fixture
def narrow_page(open_context: Opens, admin_state: Any) -> Page:
    """The same on a telephone."""
    return open_context(NARROW, admin_state).new_page()


@pytest.fixture
def add_rule(demo: Demo) -> Iterator[Callable[..., dict[str, Any]]]:
    """`Demo.add_rule`, for the time of a journey; its rules are tried before those that the demo has."""
    made: list[int] = []

    def add_rule(*args: Any, **changes: Any) -> dict[str, Any]:
        rule = demo.add_rule(*args, **changes)
        made.append(rule["id"])
        return rule

    yield add_rule
    for id_ in made:
        demo.remove_rule(id_)
    demo.publish()
